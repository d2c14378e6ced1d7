import { ErrorCode, PluginartError } from '../../errors/index.ts';
import type { AssembledMessage } from '../../wire/fragment-assembler.ts';
import { type Frame, takeBytes } from '../../wire/frame.ts';
import { V2Flag, V2Type } from '../../wire/frame-v2.ts';
import { V2_MAX_PAYLOAD_BYTES } from '../../wire/limits.ts';
import { violation } from '../../wire/violation.ts';
import { CallLife, deadlinePassed } from '../call-life.ts';
import type { CallMetadata } from '../caller.ts';
import { failureBody } from '../failure.ts';
import { IdleWaiters } from '../idle-waiters.ts';
import type { CallHandler, FailureOrigin, IncomingCall } from '../incoming-call.ts';
import { decodeMetadata } from '../metadata.ts';
import type { CallHead, ResponseEncoder } from '../method.ts';
import { HeldCalls } from './held-calls.ts';
import { MAX_QUEUED_BYTES, type Outbox } from './outbox.ts';
import { StreamTable } from './stream-table.ts';

const gaveUpBody = failureBody(callerGaveUp(), 'runtime');
const noMetadata: CallMetadata = Object.freeze({});
const streamingFlags = V2Flag.UP | V2Flag.DOWN;

export interface IncomingCallsOptions {
  /** What this side said it takes. */
  readonly maxConcurrentCalls: number;
  /** What the peer said it takes. */
  readonly peerMaxMessageBytes: number;
  /** The peer does not read its answers. */
  onOverflow(error: PluginartError): void;
}

/** The calls the peer makes: each gets exactly one terminal. */
export class IncomingCalls {
  readonly outbox: Outbox;
  readonly options: IncomingCallsOptions;
  readonly #handler: CallHandler;
  readonly #open = new StreamTable<OpenCall>();
  #refusal: PluginartError | undefined;
  #closed = false;
  /** Open calls that their caller has given up on. */
  #cancelled = 0;
  readonly held: HeldCalls;
  readonly #idle = new IdleWaiters();
  readonly #unwanted = new IdleWaiters();

  constructor(outbox: Outbox, handler: CallHandler, options: IncomingCallsOptions) {
    this.outbox = outbox;
    this.#handler = handler;
    this.options = options;
    this.held = new HeldCalls(outbox);
  }

  get openCalls(): number {
    return this.#open.size;
  }

  isOpen(id: number): boolean {
    return this.#open.get(id) !== undefined;
  }

  /** Calls from now on are answered with `refusal`. */
  refuse(refusal: PluginartError): void {
    this.#refusal ??= refusal;
  }

  whenIdle(): Promise<void> {
    return this.#idle.wait(this.#open.size === 0);
  }

  /** Resolves when nobody waits for an answer any more: what is open, if anything, was given up on. */
  whenUnwanted(): Promise<void> {
    return this.#unwanted.wait(this.#open.size === this.#cancelled);
  }

  /** @param arriving calls whose fragments are still coming; they count as open */
  onCall(frame: Frame, arriving: number): void {
    this.checkRoom(arriving);
    const body = frame.bodyStart;
    const metadata =
      frame.metadataBytes === 0 ? undefined : Buffer.from(frame.bytes.subarray(frame.start, body));
    const call = this.#begin(frame.stream, frame.flags, this.#deadline(frame.arg), metadata);
    if (call === undefined) return;
    if (this.held.holdsCalls) this.#hold(call, takeBytes(frame.bytes, body, frame.end, frame.owned));
    else this.#handler.onCall(call, frame.bytes, body, frame.end, frame.owned);
  }

  onAssembledCall({ stream, flags, arg, metadata, body, begunAt }: AssembledMessage): void {
    const deadlineAt = arg === 0 ? Number.POSITIVE_INFINITY : begunAt + arg;
    const call = this.#begin(stream, flags, deadlineAt, metadata.length === 0 ? undefined : metadata);
    if (call === undefined) return;
    if (this.held.holdsCalls) this.#hold(call, body);
    else this.#handler.onCall(call, body, 0, body.length, true);
  }

  /** DESCRIBE is answered at once, by no handler. */
  onDescribe(id: number, description: Uint8Array, arriving: number): void {
    this.checkRoom(arriving);
    if (!this.#hasRoomToAnswer()) return;
    const { peerMaxMessageBytes } = this.options;
    if (description.length <= peerMaxMessageBytes) {
      this.outbox.send(V2Type.DESCRIPTION, 0, id, 0, undefined, description);
    } else {
      const error = failureBody(tooLarge(description.length, peerMaxMessageBytes), 'runtime');
      this.outbox.send(V2Type.ERROR, 0, id, 0, undefined, error);
    }
  }

  /** @throws TransportError PROTOCOL_VIOLATION where one more call is too many */
  checkRoom(arriving: number): void {
    if (this.#open.size + arriving >= this.options.maxConcurrentCalls) {
      throw violation(`more than ${this.options.maxConcurrentCalls} calls open at once (V2-S11)`);
    }
  }

  onCancel(id: number): void {
    const call = this.#open.get(id);
    if (call === undefined || call.cancelled) return;
    call.cancelled = true;
    this.#cancelled++;
    call.life.abort(callerGaveUp());
    // Nobody wants what waits any more: it need not be kept.
    if (call.goOn !== undefined) call.goOn = () => call.failNow(callerGaveUp(), 'runtime');
    this.#releaseWaiters();
  }

  /** A CALL given up on while its fragments were still coming: it too is owed its terminal. */
  onCancelUnfinished(id: number): void {
    if (this.#hasRoomToAnswer()) this.outbox.send(V2Type.ERROR, 0, id, 0, undefined, gaveUpBody);
  }

  /** The connection is gone: handlers are told, their answers go nowhere. */
  fail(error: PluginartError): void {
    this.#closed = true;
    for (const call of this.#open.entries()) call.life.abort(error);
    this.#open.clear();
    this.held.clear();
    this.#cancelled = 0;
    this.#releaseWaiters();
  }

  /** True once: the call is answered now, if there is still somebody to answer. */
  close(call: OpenCall): boolean {
    if (call.answered) return false;
    call.answered = true;
    call.life.end();
    if (this.#closed) return false;
    this.#open.delete(call.id);
    if (call.cancelled) this.#cancelled--;
    this.#releaseWaiters();
    return this.#hasRoomToAnswer();
  }

  #releaseWaiters(): void {
    if (this.#open.size === this.#cancelled) this.#unwanted.release();
    if (this.#open.size === 0) this.#idle.release();
  }

  /** Answers of handlers leave room for what this side makes by itself; a peer that does not take that reads nothing. */
  #hasRoomToAnswer(): boolean {
    const { queuedBytes } = this.outbox;
    if (queuedBytes <= MAX_QUEUED_BYTES + this.options.peerMaxMessageBytes) return true;
    const message = `the host does not read: ${queuedBytes} bytes of answers are waiting`;
    this.options.onOverflow(new PluginartError(ErrorCode.RESOURCE_EXHAUSTED, message));
    return false;
  }

  #hold(call: OpenCall, payload: Buffer): void {
    this.held.holdCall(call, () => {
      if (call.life.deadlineAt <= performance.now()) call.failNow(deadlinePassed(), 'runtime');
      else this.#handler.onCall(call, payload, 0, payload.length, true);
    });
  }

  #deadline(timeoutMs: number): number {
    return timeoutMs === 0 ? Number.POSITIVE_INFINITY : this.outbox.now + timeoutMs;
  }

  #begin(id: number, flags: number, deadlineAt: number, metadata: Buffer | undefined): OpenCall | undefined {
    const call = new OpenCall(this, id, deadlineAt);
    this.#open.add(call);
    if (this.#refusal !== undefined) call.failNow(this.#refusal, 'runtime');
    else if ((flags & streamingFlags) !== 0) {
      const message = 'this runtime has no streaming methods yet';
      call.failNow(new PluginartError(ErrorCode.UNIMPLEMENTED, message), 'runtime');
    } else if (metadata === undefined || call.readMetadata(metadata)) return call;
    return undefined;
  }
}

class OpenCall implements IncomingCall {
  readonly id: number;
  readonly life: CallLife;
  answered = false;
  cancelled = false;
  /** As `HeldCalls` uses it. */
  goOn: (() => void) | undefined;
  readonly #calls: IncomingCalls;
  metadata: CallMetadata = noMetadata;

  constructor(calls: IncomingCalls, id: number, deadlineAt: number) {
    this.#calls = calls;
    this.id = id;
    this.life = new CallLife(deadlineAt);
  }

  /** @returns false after having failed the call: they do not decode */
  readMetadata(bytes: Buffer): boolean {
    try {
      this.metadata = decodeMetadata(bytes, 0, bytes.length);
      return true;
    } catch (error) {
      this.failNow(error, 'runtime');
      return false;
    }
  }

  get signal(): AbortSignal {
    return this.life.signal;
  }

  get remainingMs(): number | undefined {
    return this.life.remainingMs;
  }

  respond<Response>(encoder: ResponseEncoder<Response>, response: Response, head: CallHead): void {
    const { held } = this.#calls;
    if (held.holdsAnswers) held.holdAnswer(this, () => this.#respondNow(encoder, response, head));
    else this.#respondNow(encoder, response, head);
  }

  respondBytes(payload: Uint8Array): void {
    const { held } = this.#calls;
    if (held.holdsAnswers) held.holdAnswer(this, () => this.#respondBytesNow(payload));
    else this.#respondBytesNow(payload);
  }

  fail(error: unknown, origin: FailureOrigin): void {
    const { held } = this.#calls;
    if (held.holdsAnswers) held.holdAnswer(this, () => this.failNow(error, origin));
    else this.failNow(error, origin);
  }

  #respondNow<Response>(encoder: ResponseEncoder<Response>, response: Response, head: CallHead): void {
    if (this.answered) return;
    const { outbox, options } = this.#calls;
    outbox.begin(undefined);
    try {
      encoder.encodeResponse(outbox.writer, response, head);
    } catch (error) {
      outbox.cancel();
      this.failNow(error, 'runtime');
      return;
    }
    const { bodyBytes } = outbox;
    if (bodyBytes > options.peerMaxMessageBytes) {
      outbox.cancel();
      this.#failSize(bodyBytes);
    } else if (this.#calls.close(this)) outbox.end(V2Type.RESPONSE, 0, this.id, 0);
    else outbox.cancel();
  }

  #respondBytesNow(payload: Uint8Array): void {
    if (this.answered) return;
    const { outbox, options } = this.#calls;
    if (payload.length > options.peerMaxMessageBytes) this.#failSize(payload.length);
    else if (this.#calls.close(this)) outbox.send(V2Type.RESPONSE, 0, this.id, 0, undefined, payload);
  }

  /** Without waiting for a peer that reads slowly. */
  failNow(error: unknown, origin: FailureOrigin): void {
    const told = this.life.reasonFor(error);
    if (!this.#calls.close(this)) return;
    const room = Math.min(this.#calls.options.peerMaxMessageBytes, V2_MAX_PAYLOAD_BYTES);
    const body = told === undefined ? failureBody(error, origin, room) : failureBody(told, 'runtime', room);
    this.#calls.outbox.send(V2Type.ERROR, 0, this.id, 0, undefined, body);
  }

  #failSize(bytes: number): void {
    this.failNow(tooLarge(bytes, this.#calls.options.peerMaxMessageBytes), 'runtime');
  }
}

function tooLarge(bytes: number, most: number): PluginartError {
  const message = `the answer is ${bytes} bytes long, the host takes at most ${most} (max_message_bytes)`;
  return new PluginartError(ErrorCode.RESOURCE_EXHAUSTED, message);
}

function callerGaveUp(): PluginartError {
  return new PluginartError(ErrorCode.CANCELLED, 'the caller gave up');
}
