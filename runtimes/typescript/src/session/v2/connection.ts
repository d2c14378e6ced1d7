import { ErrorCode, PluginartError, TransportError } from '../../errors/index.ts';
import { FragmentAssembler } from '../../wire/fragment-assembler.ts';
import type { Frame } from '../../wire/frame.ts';
import { checkFrame } from '../../wire/frame-rules.ts';
import { V2Flag, V2Type } from '../../wire/frame-v2.ts';
import { violation } from '../../wire/violation.ts';
import { failureBody, remoteFailure } from '../failure.ts';
import type { FrameChannel, FrameReceiver } from '../frame-channel.ts';
import type { IncomingCalls } from './incoming-calls.ts';
import { MAX_QUEUED_BYTES, type Outbox } from './outbox.ts';
import type { OutgoingCalls } from './outgoing-calls.ts';

/** Which ids a side opens: the host odd ones, the plugin even ones. */
export type Role = 'host' | 'plugin';

/** `closing`: a reason was sent and the link ends; nothing is read any more. */
type State = 'open' | 'closing' | 'closed';

const closedBy = new TransportError(ErrorCode.UNAVAILABLE, 'the connection is closed');
const maxQueuedControlFrames = 1_024;
const noServices = failureBody(
  new PluginartError(ErrorCode.UNIMPLEMENTED, 'this host offers no services to its plugins'),
  'runtime',
);
const pieceFlags = V2Flag.MORE | V2Flag.CONT;

export interface ConnectionEvents {
  /** Once, at once, when the connection can carry nothing more. */
  onLost(loss: PluginartError): void;
  onGoaway(reason: PluginartError): void;
  /** Bytes of this side's DESCRIPTION; undefined on a host. */
  describe(): Uint8Array | undefined;
}

/** One version 2 connection: sends each frame to whom it concerns. */
export class ConnectionV2 implements FrameReceiver {
  readonly channel: FrameChannel;
  readonly #role: Role;
  /** What this side said it receives. */
  readonly #maxMessageBytes: number;
  readonly #outbox: Outbox;
  /** The calls this side makes; a plugin makes none yet. */
  readonly #outgoing: OutgoingCalls | undefined;
  /** The calls it answers; a host answers none yet. */
  readonly #incoming: IncomingCalls | undefined;
  readonly #events: ConnectionEvents;
  readonly #assembler: FragmentAssembler;
  #state: State = 'open';
  #pingSeq = 0;
  #ping: { readonly seq: number; readonly sentAt: number; readonly promise: Promise<number> } | undefined;
  #onPong: ((roundTripMs: number) => void) | undefined;
  #onPingLost: ((error: PluginartError) => void) | undefined;

  constructor(
    channel: FrameChannel,
    role: Role,
    maxMessageBytes: number,
    parts: { outbox: Outbox; outgoing?: OutgoingCalls; incoming?: IncomingCalls },
    events: ConnectionEvents,
  ) {
    this.channel = channel;
    this.#role = role;
    this.#maxMessageBytes = maxMessageBytes;
    this.#outbox = parts.outbox;
    this.#outgoing = parts.outgoing;
    this.#incoming = parts.incoming;
    this.#events = events;
    this.#assembler = new FragmentAssembler(maxMessageBytes);
  }

  /** Milliseconds until the Pong. Rejects when the connection is lost. One PING is under way at a time; who asks meanwhile shares it. */
  ping(): Promise<number> {
    if (this.#state !== 'open') return Promise.reject(closedBy);
    if (this.#ping !== undefined) return this.#ping.promise;
    this.#pingSeq = (this.#pingSeq + 1) >>> 0;
    const promise = new Promise<number>((resolve, reject) => {
      this.#onPong = resolve;
      this.#onPingLost = reject;
    });
    promise.catch(() => {});
    this.#ping = { seq: this.#pingSeq, sentAt: performance.now(), promise };
    this.#outbox.control(V2Type.PING, this.#pingSeq);
    return promise;
  }

  /** Tells the peer to open no more calls here. */
  goaway(reason: PluginartError): void {
    if (this.#state === 'open') this.#outbox.control(V2Type.GOAWAY, 0, failureBody(reason, 'runtime'));
  }

  /** The peer does not read: nothing can be said to it any more. */
  cutOff(reason: PluginartError): void {
    if (this.#state !== 'open') return;
    this.#setState('closing');
    this.channel.stop();
    this.channel.link.destroy();
    this.#lose(reason);
  }

  /** Closes; says why to a peer that may still listen, and fails what is pending on this side. */
  close(reason: PluginartError): void {
    if (this.#state !== 'open') return;
    this.goaway(reason);
    this.#setState('closing');
    this.#outbox.pump();
    this.channel.stop();
    this.channel.link.end();
    this.#lose(reason);
  }

  onFrame(frame: Frame): void {
    if (!checkFrame(frame)) return;
    if ((frame.flags & pieceFlags) !== 0) this.#onPiece(frame);
    else {
      if (this.#assembler.size > 0) this.#checkNotInside(frame);
      this.#onWhole(frame);
    }
  }

  onDrain(): void {
    this.#outbox.pump();
  }

  onViolation(error: TransportError): void {
    this.close(error);
  }

  onClosed(loss: TransportError): void {
    const before = this.#state;
    this.#setState('closed');
    if (before === 'open') this.#lose(loss);
  }

  #setState(state: State): void {
    this.#state = state;
  }

  /** The one place where everything pending is failed. */
  #lose(loss: PluginartError): void {
    this.#ping = undefined;
    this.#onPingLost?.(loss);
    this.#incoming?.fail(loss);
    this.#events.onLost(loss);
  }

  #onWhole(frame: Frame): void {
    const { type, stream, arg } = frame;
    switch (type) {
      case V2Type.CALL:
        this.#checkNewStream(stream);
        this.#checkLength(frame);
        if (this.#incoming === undefined) this.#refuseCall(stream);
        else this.#incoming.onCall(frame, this.#assembler.size);
        return;
      case V2Type.RESPONSE:
      case V2Type.DESCRIPTION:
        this.#checkLength(frame);
        if (this.#isOwn(stream))
          this.#outgoing?.onAnswer(type, stream, frame.bytes, frame.bodyStart, frame.end, frame.owned);
        return;
      case V2Type.ERROR:
        if (!this.#isOwn(stream)) return;
        this.#assembler.abort(stream);
        this.#outgoing?.onError(frame);
        return;
      case V2Type.CANCEL:
        if (this.#isOwn(stream)) return;
        if (this.#assembler.abort(stream)) this.#incoming?.onCancelUnfinished(stream);
        else this.#incoming?.onCancel(stream);
        return;
      case V2Type.PING:
        this.#answerPing(arg);
        return;
      case V2Type.PONG:
        this.#onPongFrame(arg);
        return;
      case V2Type.GOAWAY:
        this.#events.onGoaway(remoteFailure(frame.bytes, frame.bodyStart, frame.end));
        return;
      case V2Type.DESCRIBE:
        this.#checkNewStream(stream);
        this.#onDescribe(stream);
        return;
      default:
        this.#onStreamFrame(frame);
    }
  }

  /** MESSAGE, END and CREDIT. No call here is a stream, so on an open one they break V2-S8; others are late (V2-S3). */
  #onStreamFrame({ type, stream }: Frame): void {
    const open = this.#isOwn(stream) ? this.#outgoing?.isOpen(stream) : this.#incoming?.isOpen(stream);
    if (open && type !== V2Type.CREDIT) {
      throw violation(`a frame of type ${type} on stream ${stream}, which is a unary call (V2-S8)`);
    }
  }

  #onPiece(frame: Frame): void {
    const { type, stream } = frame;
    const begins = (frame.flags & V2Flag.CONT) === 0;
    if (type === V2Type.CALL && begins) {
      this.#checkNewStream(stream);
      if (this.#incoming === undefined) {
        this.#refuseCall(stream);
        return;
      }
      this.#incoming.checkRoom(this.#assembler.size);
    } else if (type === V2Type.MESSAGE) this.#onStreamFrame(frame);
    // What nobody awaits is not assembled, or it would hold one of the few places for ever (V2-M5).
    if (begins && type !== V2Type.CALL && !this.#assembler.has(stream) && !this.#isAwaited(stream)) return;
    const message = this.#assembler.accept(frame, this.#outbox.now);
    if (message === undefined) return;
    const { body } = message;
    if (type === V2Type.CALL) this.#incoming?.onAssembledCall(message);
    else if (this.#isOwn(stream)) this.#outgoing?.onAnswer(type, stream, body, 0, body.length, true);
  }

  #isAwaited(stream: number): boolean {
    return this.#isOwn(stream) && this.#outgoing?.isOpen(stream) === true;
  }

  #checkLength(frame: Frame): void {
    const bytes = frame.end - frame.bodyStart;
    if (bytes > this.#maxMessageBytes) {
      throw violation(
        `a message of ${bytes} bytes where at most ${this.#maxMessageBytes} are taken (V2-M10)`,
      );
    }
  }

  #checkNotInside({ type, stream }: Frame): void {
    const begins =
      type === V2Type.CALL ||
      type === V2Type.RESPONSE ||
      type === V2Type.MESSAGE ||
      type === V2Type.END ||
      type === V2Type.DESCRIPTION;
    if (begins && this.#assembler.has(stream)) {
      throw violation(`a message begins on stream ${stream} inside another (V2-M6)`);
    }
  }

  #answerPing(seq: number): void {
    if (this.#outbox.queuedControlFrames >= maxQueuedControlFrames) {
      this.cutOff(new TransportError(ErrorCode.RESOURCE_EXHAUSTED, 'the peer sends PINGs and reads no PONG'));
      return;
    }
    this.#outbox.control(V2Type.PONG, seq);
  }

  #onPongFrame(seq: number): void {
    if (this.#ping?.seq !== seq) return;
    const roundTripMs = performance.now() - this.#ping.sentAt;
    this.#ping = undefined;
    this.#onPong?.(roundTripMs);
  }

  #onDescribe(stream: number): void {
    const description = this.#events.describe();
    if (this.#incoming === undefined || description === undefined) this.#refuseCall(stream);
    else this.#incoming.onDescribe(stream, description, this.#assembler.size);
  }

  #refuseCall(stream: number): void {
    this.#outbox.send(V2Type.ERROR, 0, stream, 0, undefined, noServices);
    const { queuedBytes } = this.#outbox;
    if (queuedBytes <= MAX_QUEUED_BYTES) return;
    const message = `the peer does not read: ${queuedBytes} bytes are waiting to be sent`;
    this.cutOff(new TransportError(ErrorCode.RESOURCE_EXHAUSTED, message));
  }

  #isOwn(stream: number): boolean {
    return (stream & 1) === (this.#role === 'host' ? 1 : 0);
  }

  #checkNewStream(stream: number): void {
    if (this.#isOwn(stream)) {
      throw violation(`a call on stream ${stream}, which is for the other side to open (V2-S2)`);
    }
    if (this.#incoming?.isOpen(stream) || (this.#assembler.size > 0 && this.#assembler.has(stream))) {
      throw violation(`a call on stream ${stream}, which is open (V2-S2)`);
    }
  }
}
