import { Reader } from '../../codec/reader.ts';
import type { PluginartError } from '../../errors/index.ts';
import { type Frame, takeBytes } from '../../wire/frame.ts';
import { V2Type } from '../../wire/frame-v2.ts';
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
import { remoteFailure } from '../failure.ts';
import { IdleWaiters } from '../idle-waiters.ts';
import { encodeMetadata, traceIds } from '../metadata.ts';
import type { Method } from '../method.ts';
import type { UnsentCall } from '../unsent-call.ts';
import { CallQueue } from './call-queue.ts';
import { MAX_QUEUED_BYTES, type Outbox } from './outbox.ts';
import { type AnyMethod, OutgoingCall } from './outgoing-call.ts';
import { StreamTable } from './stream-table.ts';

/** Calls that may wait for a free slot of the peer. */
const maxWaitingCalls = 16_384;
const maxTimeoutMs = 0xffff_ffff;

export interface OutgoingCallsOptions {
  /** The peer's name, for messages. */
  readonly plugin: string;
  readonly contractHash: string;
  /** The peer's limits, from the handshake. */
  readonly maxMessageBytes: number;
  readonly maxConcurrentCalls: number;
  /** Milliseconds; 0 = none. */
  readonly callTimeoutMs: number;
  onStuck(openCalls: number): void;
  /** As in `HostSessionOptions`. */
  readonly resend: ((call: UnsentCall) => Promise<unknown>) | undefined;
}

/** The calls this side makes: ids, slots of the peer, deadlines, cancellation. PROTOCOL.md, "Streams". */
export class OutgoingCalls {
  readonly #outbox: Outbox;
  readonly #options: OutgoingCallsOptions;
  readonly #open = new StreamTable<OutgoingCall>();
  readonly #reader = new Reader();
  readonly #deadlines = new DeadlineTimer((now) => this.#expire(now));
  readonly #envelope = {
    requestId: 0,
    deadlineUnixMs: 0,
    traceId: undefined as string | undefined,
    spanId: undefined as string | undefined,
  };
  readonly #waiting = new CallQueue();
  /** Open streams whose caller has given up. */
  #abandoned = 0;
  #nextId = 1;
  /** Why no new calls are taken. */
  #refusal: PluginartError | undefined;
  readonly #idle = new IdleWaiters();

  constructor(outbox: Outbox, options: OutgoingCallsOptions) {
    this.#outbox = outbox;
    this.#options = options;
  }

  /** Calls the peer owes an answer to, those given up on included. */
  get openCalls(): number {
    return this.#open.size;
  }

  invoke<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    options: CallOptions | undefined,
  ): Promise<Response> {
    if (method.contractHash !== this.#options.contractHash) {
      return Promise.reject(contractMismatch(this.#options.plugin, method, this.#options.contractHash));
    }
    if (method.streaming !== 'none') return Promise.reject(notCallableYet(method));
    return this.#start(method, request, options) as Promise<Response>;
  }

  call(payload: Uint8Array, options: CallOptions | undefined): Promise<Buffer> {
    return this.#start(undefined, payload, options) as Promise<Buffer>;
  }

  /** Asks what the peer is; gives the DESCRIPTION's bytes. */
  describe(options: CallOptions | undefined): Promise<Buffer> {
    return this.#start(undefined, noBytes, options, V2Type.DESCRIBE) as Promise<Buffer>;
  }

  /** Takes no new calls from now on; they fail with `refusal`. */
  refuse(refusal: PluginartError): void {
    this.#refusal ??= refusal;
  }

  /** Resolves when nobody waits for an answer any more; calls given up on may still be open. */
  whenIdle(): Promise<void> {
    return this.#idle.wait(this.#isIdle);
  }

  /** RESPONSE or DESCRIPTION, whole. */
  onAnswer(type: number, id: number, bytes: Buffer, start: number, end: number, owned: boolean): void {
    const call = this.#open.get(id);
    if (call === undefined) return;
    if ((call.type === V2Type.DESCRIBE) !== (type === V2Type.DESCRIPTION)) {
      throw violation(`a frame of type ${type} answers stream ${id} (V2-S8)`);
    }
    this.#close(call);
    if (call.settled) return;
    if (call.method === undefined) this.#resolve(call, takeBytes(bytes, start, end, owned));
    else {
      let response: unknown;
      try {
        this.#reader.reset(bytes, start, end);
        response = call.method.decodeResponse(this.#reader);
      } catch (error) {
        this.#reject(call, undecodableAnswer(this.#options.plugin, call.method, error));
        return;
      }
      this.#resolve(call, response);
    }
  }

  onError(frame: Frame): void {
    const failure = remoteFailure(frame.bytes, frame.bodyStart, frame.end, this.#options.plugin);
    const call = this.#open.get(frame.stream);
    if (call === undefined) return;
    this.#outbox.abort(call.id);
    this.#close(call);
    if (call.settled) return;
    this.#reject(call, failure);
  }

  /** Whether the peer may answer on this stream: its call is open. */
  isOpen(id: number): boolean {
    return this.#open.get(id) !== undefined;
  }

  /**
   * The connection is gone. What is pending waits for the explanation, then fails with it, save calls of which no
   * byte had left, where somebody sends them again.
   */
  async fail(loss: PluginartError, explain: Promise<PluginartError>): Promise<void> {
    this.refuse(loss);
    this.#idle.release();
    const handedBytes = this.#outbox.handedBytes;
    const sent = this.#open.entries().filter((call) => !call.settled);
    const unsent = new Set(
      sent.filter((call) => {
        const rest = this.#outbox.abort(call.id);
        return rest === 'unsent' || (rest === 'none' && call.madeAt >= handedBytes);
      }),
    );
    const waiting = this.#waiting.entries();
    const reason = await explain;
    this.#deadlines.stop();
    this.#open.clear();
    this.#waiting.takeAll();
    for (const call of [...sent, ...waiting]) {
      if (call.settled) continue;
      if (call.id === 0 || unsent.has(call)) this.#notSent(call, reason);
      else this.#reject(call, lostCall(reason, call.method, true));
    }
  }

  get #isIdle(): boolean {
    return this.#open.size === this.#abandoned && this.#waiting.size === 0;
  }

  #start(
    method: AnyMethod | undefined,
    request: unknown,
    options: CallOptions | undefined,
    type: number = V2Type.CALL,
  ): Promise<unknown> {
    const timeoutMs = options?.timeoutMs ?? this.#options.callTimeoutMs;
    const deadlineAt = deadlineAfter(timeoutMs, this.#outbox.now);
    const call = new OutgoingCall(method, request, options, deadlineAt, type);
    const promise = new Promise<unknown>((resolve, reject) => {
      call.resolve = resolve;
      call.reject = reject;
    });
    if (this.#refusal !== undefined) {
      this.#notSent(call, this.#refusal);
      return promise;
    }
    const signal = options?.signal;
    if (signal !== undefined) {
      if (signal.aborted) {
        this.#reject(call, this.#cancelled(call, signal, false));
        return promise;
      }
      call.onAbort = () => this.#giveUp(call, (wasSent) => this.#cancelled(call, signal, wasSent));
      signal.addEventListener('abort', call.onAbort, { once: true });
    }
    if (this.#open.size < this.#options.maxConcurrentCalls && this.#waiting.size === 0) {
      this.#send(call);
    } else this.#enqueue(call);
    if (deadlineAt !== Number.POSITIVE_INFINITY && !call.settled) this.#deadlines.include(deadlineAt);
    return promise;
  }

  #enqueue(call: OutgoingCall): void {
    if (this.#options.maxConcurrentCalls === 0) {
      this.#reject(call, this.#exhausted('the plugin takes no calls'));
    } else if (this.#abandoned >= this.#options.maxConcurrentCalls) {
      this.#reject(call, this.#stuck());
    } else if (this.#waiting.size >= maxWaitingCalls) {
      this.#reject(call, this.#exhausted(`${maxWaitingCalls} calls are waiting for the plugin already`));
    } else this.#waiting.add(call);
  }

  #send(call: OutgoingCall): void {
    const outbox = this.#outbox;
    if (outbox.queuedBytes > MAX_QUEUED_BYTES) {
      const message = `the plugin does not read: ${outbox.queuedBytes} bytes are waiting to be sent`;
      this.#reject(call, this.#exhausted(message));
      return;
    }
    const remaining = call.deadlineAt - outbox.now;
    if (remaining <= 0) {
      this.#reject(call, this.#deadlineExceeded(call, false));
      return;
    }
    const id = this.#takeId();
    const timeout =
      remaining === Number.POSITIVE_INFINITY ? 0 : Math.min(Math.max(Math.ceil(remaining), 1), maxTimeoutMs);
    call.madeAt = outbox.madeBytes;
    try {
      const given = call.options?.metadata;
      const metadata = given === undefined ? undefined : encodeMetadata(given);
      if (call.method === undefined) {
        const payload = call.request as Uint8Array;
        this.#checkSize(payload.length);
        outbox.send(call.type, 0, id, call.type === V2Type.CALL ? timeout : 0, metadata, payload);
      } else this.#encode(call.method, call, id, timeout, metadata);
    } catch (error) {
      this.#reject(call, error as PluginartError);
      return;
    }
    call.id = id;
    this.#open.add(call);
  }

  #encode(
    method: AnyMethod,
    call: OutgoingCall,
    id: number,
    timeout: number,
    metadata: Uint8Array | undefined,
  ): void {
    const outbox = this.#outbox;
    const envelope = this.#envelope;
    envelope.requestId = id;
    envelope.deadlineUnixMs = timeout === 0 ? 0 : Math.ceil(performance.timeOrigin + call.deadlineAt);
    envelope.traceId = envelope.spanId = undefined;
    const traceparent = call.options?.metadata?.traceparent;
    if (traceparent !== undefined) Object.assign(envelope, traceIds(traceparent));
    outbox.begin(metadata);
    try {
      method.encodeCall(outbox.writer, call.request, envelope);
      this.#checkSize(outbox.bodyBytes);
    } catch (error) {
      outbox.cancel();
      throw error;
    }
    outbox.end(V2Type.CALL, 0, id, timeout);
  }

  #checkSize(bytes: number): void {
    const { plugin, maxMessageBytes } = this.#options;
    if (bytes > maxMessageBytes) throw requestTooLarge(plugin, bytes, maxMessageBytes);
  }

  #takeId(): number {
    let id = this.#nextId;
    while (this.#open.get(id) !== undefined) id = following(id);
    this.#nextId = following(id);
    return id;
  }

  /** The caller's promise settles now; the stream stays open until the peer's terminal. */
  #giveUp(call: OutgoingCall, error: (wasSent: boolean) => PluginartError): void {
    if (call.settled) return;
    const isOpen = call.id !== 0 && this.#open.get(call.id) === call;
    const wasSent = isOpen && this.#outbox.abort(call.id) !== 'unsent';
    this.#reject(call, error(wasSent));
    if (!isOpen) {
      this.#waiting.remove(call);
      return;
    }
    this.#abandoned++;
    if (!wasSent) {
      this.#close(call);
      return;
    }
    this.#outbox.send(V2Type.CANCEL, 0, call.id, 0, undefined, noBytes);
    if (this.#abandoned >= this.#options.maxConcurrentCalls) {
      for (const waiting of this.#waiting.takeAll()) this.#reject(waiting, this.#stuck());
      this.#options.onStuck(this.#open.size);
    }
    if (this.#isIdle) this.#idle.release();
  }

  /** The stream ended: its slot serves the next call. */
  #close(call: OutgoingCall): void {
    this.#open.delete(call.id);
    if (call.settled) this.#abandoned--;
    while (this.#waiting.size > 0 && this.#open.size < this.#options.maxConcurrentCalls) {
      const next = this.#waiting.take() as OutgoingCall;
      this.#send(next);
    }
    if (this.#isIdle) this.#idle.release();
  }

  #resolve(call: OutgoingCall, value: unknown): void {
    this.#settle(call);
    call.resolve(value);
  }

  #reject(call: OutgoingCall, error: PluginartError): void {
    if (call.settled) return;
    this.#settle(call);
    call.reject(error);
  }

  #notSent(call: OutgoingCall, reason: PluginartError): void {
    const { resend } = this.#options;
    if (resend === undefined || call.type !== V2Type.CALL) {
      this.#reject(call, lostCall(reason, call.method, false));
      return;
    }
    const { method, request, options, deadlineAt } = call;
    this.#resolve(call, resend({ method, request, options, deadlineAt }));
  }

  #settle(call: OutgoingCall): void {
    call.settled = true;
    call.request = undefined;
    if (call.onAbort !== undefined) call.options?.signal?.removeEventListener('abort', call.onAbort);
  }

  /** @returns the earliest deadline that is left */
  #expire(now: number): number {
    let earliest = Number.POSITIVE_INFINITY;
    for (const call of [...this.#open.entries(), ...this.#waiting.entries()]) {
      if (call.settled) continue;
      if (call.deadlineAt <= now) {
        this.#giveUp(call, (wasSent) => this.#deadlineExceeded(call, wasSent));
      } else if (call.deadlineAt < earliest) earliest = call.deadlineAt;
    }
    return earliest;
  }

  #cancelled({ method }: OutgoingCall, signal: AbortSignal, wasSent: boolean): PluginartError {
    return cancelled(this.#options.plugin, method, signal.reason, wasSent);
  }

  #deadlineExceeded({ method }: OutgoingCall, wasSent: boolean): PluginartError {
    return deadlineExceeded(this.#options.plugin, method, wasSent);
  }

  #exhausted(message: string): PluginartError {
    return exhausted(this.#options.plugin, message);
  }

  #stuck(): PluginartError {
    return this.#exhausted(
      `all ${this.#options.maxConcurrentCalls} calls that the plugin takes at once are held by handlers that do not return, though their calls were cancelled`,
    );
  }
}

const noBytes = new Uint8Array(0);

function following(id: number): number {
  const next = (id + 2) >>> 0;
  return next < id ? 1 : next;
}
