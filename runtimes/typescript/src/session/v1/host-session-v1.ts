import { Reader } from '../../codec/reader.ts';
import { Writer } from '../../codec/writer.ts';
import { ErrorCode, PluginartError, TransportError } from '../../errors/index.ts';
import { decodePing, encodePing } from '../../wire/control.ts';
import type { Frame } from '../../wire/frame.ts';
import { V1_HEADER_BYTES, V1Type, v1Frame, writeV1Header } from '../../wire/frame-v1.ts';
import { V1_MAX_PAYLOAD_BYTES } from '../../wire/limits.ts';
import { violation } from '../../wire/violation.ts';
import {
  cancelled,
  contractMismatch,
  deadlineAfter,
  deadlineExceeded,
  exhausted,
  lostCall,
  notCallableYet,
  requestTooLarge,
  undecodableAnswer,
} from '../call-errors.ts';
import type { CallOptions } from '../caller.ts';
import { DeadlineTimer } from '../deadline-timer.ts';
import type { PeerDescription } from '../description.ts';
import { remoteFailure } from '../failure.ts';
import type { FrameChannel, FrameReceiver } from '../frame-channel.ts';
import { defaultCallTimeoutMs, type HostSession, type HostSessionOptions } from '../host-session.ts';
import { IdleWaiters } from '../idle-waiters.ts';
import { traceIds } from '../metadata.ts';
import type { Method } from '../method.ts';

/** How long the answer to a call that was given up on may still come; then the connection is dropped. */
const lateAnswerMs = 5_000;
const maxWaitingExchanges = 16_384;

// biome-ignore lint/suspicious/noExplicitAny: the two types meet again in `invoke`
type AnyMethod = Method<any, any>;

/** One question and its answer: a call, or a ping. Version 1 has one under way at a time. */
interface Exchange {
  readonly kind: 'call' | 'ping';
  readonly method: AnyMethod | undefined;
  readonly request: unknown;
  readonly options: CallOptions | undefined;
  readonly deadlineAt: number;
  settled: boolean;
  resolve(value: unknown): void;
  reject(error: PluginartError): void;
}

type State = 'open' | 'draining' | 'closed';

/** A host's end of a version 1 connection: strictly one exchange after the other. PROTOCOL.md, "Version 1". */
export class HostSessionV1 implements HostSession, FrameReceiver {
  readonly protocol = 1;
  readonly contractHash: string;
  readonly peerRuntime = undefined;
  readonly #channel: FrameChannel;
  readonly #options: HostSessionOptions;
  readonly #callTimeoutMs: number;
  readonly #reader = new Reader();
  readonly #deadlines = new DeadlineTimer((now) => this.#expire(now));
  #state: State = 'open';
  #current: Exchange | undefined;
  #waiting: Exchange[] = [];
  #lateTimer: NodeJS.Timeout | undefined;
  #seq = 0n;
  #pingSentAt = 0;
  #requestId = 0;
  readonly #idle = new IdleWaiters();

  constructor(channel: FrameChannel, options: HostSessionOptions) {
    this.#channel = channel;
    this.#options = options;
    this.contractHash = options.contractHash;
    this.#callTimeoutMs = options.callTimeoutMs ?? defaultCallTimeoutMs;
    channel.handOver(this, 'v1');
  }

  get openCalls(): number {
    return this.#current?.kind === 'call' ? 1 : 0;
  }

  get lastHeardMs(): number {
    return this.#channel.lastHeardMs;
  }

  call(payload: Uint8Array, options?: CallOptions): Promise<Buffer> {
    return this.#ask('call', undefined, payload, options) as Promise<Buffer>;
  }

  invoke<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    options?: CallOptions,
  ): Promise<Response> {
    if (method.contractHash !== this.contractHash) {
      return Promise.reject(contractMismatch(this.#options.pluginName, method, this.contractHash));
    }
    if (method.streaming !== 'none') return Promise.reject(notCallableYet(method));
    return this.#ask('call', method, request, options) as Promise<Response>;
  }

  ping(): Promise<number> {
    return this.#ask('ping', undefined, undefined, undefined) as Promise<number>;
  }

  describe(): Promise<PeerDescription> {
    return Promise.reject(
      new PluginartError(ErrorCode.UNIMPLEMENTED, 'a version 1 plugin cannot describe itself'),
    );
  }

  drain(): Promise<void> {
    if (this.#state === 'open') this.#setState('draining');
    return this.#idle.wait(this.#isIdle);
  }

  close(reason: PluginartError): void {
    this.#lose(reason);
  }

  onFrame(frame: Frame): void {
    const current = this.#current;
    if (frame.type === V1Type.PONG) {
      const { seq } = decodePing(frame.bytes, frame.start, frame.end);
      if (current?.kind === 'ping' && seq === this.#seq) {
        this.#finish(current, () => performance.now() - this.#pingSentAt);
      }
    } else if (frame.type === V1Type.CALL_RESPONSE && current?.kind === 'call') {
      this.#finish(current, () => this.#decode(current, frame));
    } else if (frame.type === V1Type.PLUGIN_ERROR && current?.kind === 'call') {
      const failure = remoteFailure(frame.bytes, frame.start, frame.end, this.#options.pluginName);
      this.#finish(current, () => {
        throw failure;
      });
    } else throw violation(`a frame of type ${frame.type} that answers nothing`);
  }

  onDrain(): void {}

  onViolation(error: TransportError): void {
    this.#lose(error);
  }

  onClosed(loss: TransportError): void {
    this.#lose(loss);
  }

  get #isIdle(): boolean {
    return this.#current === undefined && this.#waiting.length === 0;
  }

  #setState(state: State): void {
    this.#state = state;
  }

  #ask(
    kind: Exchange['kind'],
    method: AnyMethod | undefined,
    request: unknown,
    options: CallOptions | undefined,
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const timeoutMs = kind === 'ping' ? 0 : (options?.timeoutMs ?? this.#callTimeoutMs);
      const nowMs = performance.now();
      const deadlineAt = deadlineAfter(timeoutMs, nowMs);
      const { pluginName } = this.#options;
      const signal = options?.signal;
      const onAbort = () =>
        this.#giveUp(exchange, (wasSent) => cancelled(pluginName, method, signal?.reason, wasSent));
      const settle = () => {
        exchange.settled = true;
        signal?.removeEventListener('abort', onAbort);
      };
      const exchange: Exchange = {
        kind,
        method,
        request,
        options,
        deadlineAt,
        settled: false,
        resolve: (value) => {
          settle();
          resolve(value);
        },
        reject: (error) => {
          if (exchange.settled) return;
          settle();
          reject(error);
        },
      };
      if (this.#state !== 'open') {
        this.#notSent(
          exchange,
          new TransportError(ErrorCode.UNAVAILABLE, 'the connection takes no more calls'),
        );
      } else if (signal?.aborted) exchange.reject(cancelled(pluginName, method, signal.reason, false));
      else if (deadlineAt <= nowMs) exchange.reject(deadlineExceeded(pluginName, method, false));
      else if (this.#waiting.length >= maxWaitingExchanges) {
        const message = `${maxWaitingExchanges} calls are waiting for the plugin already`;
        exchange.reject(exhausted(pluginName, message));
      } else {
        signal?.addEventListener('abort', onAbort, { once: true });
        if (deadlineAt !== Number.POSITIVE_INFINITY) this.#deadlines.include(deadlineAt);
        this.#waiting.push(exchange);
        this.#next();
      }
    });
  }

  #next(): void {
    while (this.#current === undefined && this.#state !== 'closed') {
      const exchange = this.#waiting.shift();
      if (exchange === undefined) {
        this.#idle.release();
        return;
      }
      if (exchange.settled) continue;
      try {
        const frame = exchange.kind === 'ping' ? this.#pingFrame() : this.#callFrame(exchange);
        this.#current = exchange;
        this.#channel.link.write(frame);
      } catch (error) {
        exchange.reject(error as PluginartError);
      }
    }
  }

  #pingFrame(): Buffer {
    this.#seq += 1n;
    this.#pingSentAt = performance.now();
    return v1Frame(V1Type.PING, encodePing({ seq: this.#seq }));
  }

  #callFrame({ method, request, options, deadlineAt }: Exchange): Buffer {
    if (method === undefined) {
      const payload = request as Uint8Array;
      this.#checkSize(payload.length);
      return v1Frame(V1Type.CALL_REQUEST, payload);
    }
    const writer = new Writer();
    writer.reserve(0, V1_HEADER_BYTES);
    writer.position = V1_HEADER_BYTES;
    const traceparent = options?.metadata?.traceparent;
    method.encodeCall(writer, request, {
      requestId: ++this.#requestId,
      deadlineUnixMs:
        deadlineAt === Number.POSITIVE_INFINITY ? 0 : Math.ceil(performance.timeOrigin + deadlineAt),
      traceId: undefined,
      spanId: undefined,
      ...(traceparent === undefined ? {} : traceIds(traceparent)),
    });
    const payloadBytes = writer.position - V1_HEADER_BYTES;
    this.#checkSize(payloadBytes);
    writeV1Header(writer.bytes, 0, V1Type.CALL_REQUEST, payloadBytes);
    return writer.bytes.subarray(0, writer.position);
  }

  #checkSize(bytes: number): void {
    if (bytes > V1_MAX_PAYLOAD_BYTES) {
      throw requestTooLarge(this.#options.pluginName, bytes, V1_MAX_PAYLOAD_BYTES);
    }
  }

  #decode({ method }: Exchange, frame: Frame): unknown {
    if (method === undefined) return frame.takeBody();
    this.#reader.reset(frame.bytes, frame.start, frame.end);
    try {
      return method.decodeResponse(this.#reader);
    } catch (error) {
      throw undecodableAnswer(this.#options.pluginName, method, error);
    }
  }

  #finish(exchange: Exchange, answer: () => unknown): void {
    this.#current = undefined;
    clearTimeout(this.#lateTimer);
    if (!exchange.settled) {
      try {
        exchange.resolve(answer());
      } catch (error) {
        exchange.reject(error as PluginartError);
      }
    }
    this.#next();
  }

  /** The next frame that comes is still the answer to this call, so nothing is sent until it is here. */
  #giveUp(exchange: Exchange, error: (wasSent: boolean) => PluginartError): void {
    if (exchange.settled) return;
    const wasSent = this.#current === exchange;
    exchange.reject(error(wasSent));
    if (!wasSent) return;
    this.#lateTimer = setTimeout(() => {
      const message = `the plugin did not answer a call within ${lateAnswerMs} ms after it was given up on`;
      this.#lose(new TransportError(ErrorCode.UNAVAILABLE, message));
    }, lateAnswerMs);
    this.#lateTimer.unref();
  }

  #expire(now: number): number {
    let earliest = Number.POSITIVE_INFINITY;
    const pending = this.#current === undefined ? this.#waiting : [this.#current, ...this.#waiting];
    for (const exchange of pending) {
      if (exchange.settled) continue;
      if (exchange.deadlineAt <= now) {
        const { pluginName } = this.#options;
        this.#giveUp(exchange, (wasSent) => deadlineExceeded(pluginName, exchange.method, wasSent));
      } else if (exchange.deadlineAt < earliest) earliest = exchange.deadlineAt;
    }
    return earliest;
  }

  /** The one place where everything pending is failed. */
  #lose(loss: PluginartError): void {
    if (this.#state === 'closed') return;
    this.#setState('closed');
    clearTimeout(this.#lateTimer);
    this.#channel.stop();
    this.#channel.link.end();
    void this.#failPending(loss, this.#options.explainLoss?.(loss) ?? Promise.resolve(loss));
    this.#options.onLost?.(loss);
  }

  async #failPending(loss: PluginartError, explain: Promise<PluginartError>): Promise<void> {
    this.#idle.release();
    const reason = await explain.catch(() => loss);
    this.#deadlines.stop();
    const waiting = this.#waiting;
    this.#current?.reject(lostCall(reason, this.#current.method, true));
    this.#current = undefined;
    this.#waiting = [];
    for (const exchange of waiting) {
      if (!exchange.settled) this.#notSent(exchange, reason);
    }
  }

  #notSent(exchange: Exchange, reason: PluginartError): void {
    const { resend } = this.#options;
    if (resend === undefined || exchange.kind === 'ping') {
      exchange.reject(lostCall(reason, exchange.method, false));
    } else exchange.resolve(resend(exchange));
  }
}
