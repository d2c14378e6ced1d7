import { Writer } from '../../codec/writer.ts';
import { ErrorCode, PluginartError, type TransportError } from '../../errors/index.ts';
import { decodePing, encodePing } from '../../wire/control.ts';
import type { Frame } from '../../wire/frame.ts';
import { V1_HEADER_BYTES, V1Type, v1Frame, writeV1Header } from '../../wire/frame-v1.ts';
import { MAX_UNSENT_BYTES, V1_MAX_PAYLOAD_BYTES } from '../../wire/limits.ts';
import { violation } from '../../wire/violation.ts';
import { CallLife } from '../call-life.ts';
import type { CallMetadata } from '../caller.ts';
import { v1FailureBody } from '../failure.ts';
import type { FrameChannel, FrameReceiver } from '../frame-channel.ts';
import { IdleWaiters } from '../idle-waiters.ts';
import type { CallHandler, FailureOrigin, IncomingCall } from '../incoming-call.ts';
import type { CallHead, ResponseEncoder } from '../method.ts';
import type { PluginSession, PluginSessionOptions } from '../plugin-session.ts';

type State = 'open' | 'draining' | 'closed';

/** What came while a handler was running; answered afterwards, in order. */
type Queued =
  | { readonly kind: 'call'; readonly payload: Buffer }
  | { readonly kind: 'ping'; readonly seq: bigint };

/** A plugin's end of a version 1 connection: everything in the order asked, Pong included. */
export class PluginSessionV1 implements PluginSession, FrameReceiver {
  readonly protocol = 1;
  readonly #channel: FrameChannel;
  readonly #handler: CallHandler;
  readonly #options: PluginSessionOptions;
  #state: State = 'open';
  #current: SerialCall | undefined;
  #queue: Queued[] = [];
  #unwinding = false;
  readonly #idle = new IdleWaiters();

  constructor(channel: FrameChannel, handler: CallHandler, options: PluginSessionOptions) {
    this.#channel = channel;
    this.#handler = handler;
    this.#options = options;
    channel.handOver(this, 'v1');
  }

  get openCalls(): number {
    return this.#current === undefined ? 0 : 1;
  }

  drain(): Promise<void> {
    if (this.#state === 'open') this.#setState('draining');
    return this.#idle.wait(this.#current === undefined);
  }

  close(reason: PluginartError): void {
    this.#lose(reason);
  }

  destroy(): void {
    this.#channel.link.destroy();
  }

  onFrame(frame: Frame): void {
    switch (frame.type) {
      case V1Type.CALL_REQUEST:
        if (this.#isFree) this.#dispatch(frame.bytes, frame.start, frame.end, frame.owned);
        else this.#enqueue({ kind: 'call', payload: frame.takeBody() });
        return;
      case V1Type.PING: {
        const { seq } = decodePing(frame.bytes, frame.start, frame.end);
        if (this.#isFree) this.#pong(seq);
        else this.#enqueue({ kind: 'ping', seq });
        return;
      }
      case V1Type.CANCEL:
        if (this.#queue.length === 0) this.#current?.life.abort(callerGaveUp());
        return;
      default:
        throw violation(`a frame of type ${frame.type}, which a host does not send here (V1-F5)`);
    }
  }

  onDrain(): void {
    this.#goOn();
  }

  onViolation(error: TransportError): void {
    this.#lose(error);
  }

  onClosed(loss: TransportError): void {
    this.#lose(loss);
  }

  /** One frame answers the open call. */
  answer(frame: Buffer): void {
    this.#current = undefined;
    if (this.#state === 'closed') return;
    this.#channel.link.write(frame);
    this.#goOn();
  }

  /** What came meanwhile has its turn, unless the host leaves too many answers untaken (V1-O2). */
  #goOn(): void {
    // A handler that answers at once comes back here from within `#dispatch`.
    if (this.#unwinding || this.#state === 'closed') return;
    this.#unwinding = true;
    while (this.#current === undefined && this.#hasRoomToAnswer) {
      const next = this.#queue.shift();
      if (next === undefined) break;
      if (next.kind === 'ping') this.#pong(next.seq);
      else this.#dispatch(next.payload, 0, next.payload.length, true);
    }
    this.#unwinding = false;
    if (this.#isFree) this.#channel.link.resume();
    if (this.#current === undefined) this.#idle.release();
  }

  /** Nothing comes before the frame that has just arrived. */
  get #isFree(): boolean {
    return this.#current === undefined && this.#queue.length === 0 && this.#hasRoomToAnswer;
  }

  get #hasRoomToAnswer(): boolean {
    return this.#channel.link.unsentBytes < MAX_UNSENT_BYTES;
  }

  #setState(state: State): void {
    this.#state = state;
  }

  /** The host is held back rather than its frames collected. */
  #enqueue(queued: Queued): void {
    this.#queue.push(queued);
    this.#channel.link.pause();
  }

  #dispatch(bytes: Buffer, start: number, end: number, owned: boolean): void {
    const call = new SerialCall(this);
    this.#current = call;
    if (this.#state === 'draining') {
      call.fail(new PluginartError(ErrorCode.UNAVAILABLE, 'the plugin is shutting down'), 'runtime');
    } else this.#handler.onCall(call, bytes, start, end, owned);
  }

  #pong(seq: bigint): void {
    this.#channel.link.write(v1Frame(V1Type.PONG, encodePing({ seq })));
  }

  /** The one place where everything pending is failed. */
  #lose(loss: PluginartError): void {
    if (this.#state === 'closed') return;
    this.#setState('closed');
    this.#channel.stop();
    this.#channel.link.end();
    this.#current?.life.abort(loss);
    this.#queue = [];
    this.#idle.release();
    this.#options.onLost(loss);
  }
}

const noMetadata: CallMetadata = Object.freeze({});

class SerialCall implements IncomingCall {
  /** No deadline: version 1 has none on the wire. */
  readonly life: CallLife = new CallLife(Number.POSITIVE_INFINITY);
  readonly metadata = noMetadata;
  readonly #session: PluginSessionV1;
  #answered = false;

  constructor(session: PluginSessionV1) {
    this.#session = session;
  }

  get signal(): AbortSignal {
    return this.life.signal;
  }

  get remainingMs(): number | undefined {
    return this.life.remainingMs;
  }

  respond<Response>(encoder: ResponseEncoder<Response>, response: Response, head: CallHead): void {
    const writer = new Writer();
    writer.reserve(0, V1_HEADER_BYTES);
    writer.position = V1_HEADER_BYTES;
    try {
      encoder.encodeResponse(writer, response, head);
    } catch (error) {
      this.fail(error, 'runtime');
      return;
    }
    const payloadBytes = writer.position - V1_HEADER_BYTES;
    if (payloadBytes > V1_MAX_PAYLOAD_BYTES) this.fail(tooLarge(payloadBytes), 'runtime');
    else {
      writeV1Header(writer.bytes, 0, V1Type.CALL_RESPONSE, payloadBytes);
      this.#answer(writer.bytes.subarray(0, writer.position));
    }
  }

  respondBytes(payload: Uint8Array): void {
    if (payload.length > V1_MAX_PAYLOAD_BYTES) this.fail(tooLarge(payload.length), 'runtime');
    else this.#answer(v1Frame(V1Type.CALL_RESPONSE, payload));
  }

  fail(error: unknown, origin: FailureOrigin): void {
    this.#answer(v1Frame(V1Type.PLUGIN_ERROR, v1FailureBody(error, origin)));
  }

  #answer(frame: Buffer): void {
    if (this.#answered) return;
    this.#answered = true;
    this.life.end();
    this.#session.answer(frame);
  }
}

function callerGaveUp(): PluginartError {
  return new PluginartError(ErrorCode.CANCELLED, 'the caller gave up');
}

function tooLarge(bytes: number): PluginartError {
  return new PluginartError(
    ErrorCode.RESOURCE_EXHAUSTED,
    `the answer is ${bytes} bytes long, a version 1 host takes at most ${V1_MAX_PAYLOAD_BYTES}`,
  );
}
