import { V2_HEADER_BYTES, V2Flag, V2Type, writeV2Header } from '../../wire/frame-v2.ts';
import { MAX_UNFINISHED_MESSAGES } from '../../wire/limits.ts';
import type { Link } from '../link.ts';

/** How much of a long message goes at a time; small ones wait for at most one such piece of each. */
const fragmentBytes = 262_144;
const totalBytes = 8;

/** A message too long for one frame. */
export interface LongMessage {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly arg: number;
  readonly metadata: Uint8Array | undefined;
  readonly body: Uint8Array;
}

interface Sending {
  readonly message: LongMessage;
  /** By `performance.now()`. */
  readonly addedAt: number;
  /** Bytes of the body; -1 before the first fragment. */
  sent: number;
}

/** Long messages on their way, the first few of them by turns. PROTOCOL.md, section 7. */
export class LongMessages {
  readonly #sending: Sending[] = [];
  #turn = 0;
  #queuedBytes = 0;

  get isEmpty(): boolean {
    return this.#sending.length === 0;
  }

  /** Bytes of bodies that were not written yet. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  add(message: LongMessage): void {
    this.#sending.push({ message, addedAt: performance.now(), sent: -1 });
    this.#queuedBytes += message.body.length;
  }

  /** As `Outbox.abort`. */
  abort(stream: number): 'unsent' | 'partly' | 'none' {
    const index = this.#sending.findIndex(({ message }) => message.stream === stream);
    const sending = this.#sending[index];
    if (sending === undefined) return 'none';
    this.#sending.splice(index, 1);
    this.#queuedBytes -= sending.message.body.length - Math.max(sending.sent, 0);
    return sending.sent < 0 ? 'unsent' : 'partly';
  }

  /**
   * Writes one fragment of the message whose turn it is.
   * @returns the bytes written, header included; 0 when there is none
   */
  writeFragment(link: Link): number {
    const underWay = Math.min(this.#sending.length, MAX_UNFINISHED_MESSAGES);
    if (underWay === 0) return 0;
    this.#turn = (this.#turn + 1) % underWay;
    const sending = this.#sending[this.#turn] as Sending;
    const { message } = sending;
    const from = Math.max(sending.sent, 0);
    const to = Math.min(from + fragmentBytes, message.body.length);
    const isLast = to === message.body.length;
    const head = sending.sent < 0 ? firstHead(sending, to) : laterHead(message, to - from, isLast);
    link.write(head);
    link.write(message.body.subarray(from, to));
    sending.sent = to;
    this.#queuedBytes -= to - from;
    if (isLast) this.#sending.splice(this.#turn, 1);
    return head.length + to - from;
  }
}

function firstHead({ message, addedAt }: Sending, bodyBytes: number): Buffer {
  const { type, flags, stream, metadata, body } = message;
  const arg = type === V2Type.CALL ? timeLeft(message.arg, addedAt) : message.arg;
  const metadataBytes = metadata === undefined ? 0 : metadata.length;
  const head = Buffer.allocUnsafe(V2_HEADER_BYTES + metadataBytes + totalBytes);
  const payloadBytes = metadataBytes + totalBytes + bodyBytes;
  writeV2Header(head, 0, payloadBytes, type, flags | V2Flag.MORE, metadataBytes, stream, arg);
  if (metadata !== undefined) head.set(metadata, V2_HEADER_BYTES);
  head.writeBigUInt64LE(BigInt(body.length), V2_HEADER_BYTES + metadataBytes);
  return head;
}

/** The time that a CALL names is what is left when its first fragment leaves, which may be a while after (V2-D1). */
function timeLeft(timeoutMs: number, since: number): number {
  return timeoutMs === 0 ? 0 : Math.max(Math.ceil(timeoutMs - (performance.now() - since)), 1);
}

function laterHead({ type, stream }: LongMessage, bodyBytes: number, isLast: boolean): Buffer {
  const head = Buffer.allocUnsafe(V2_HEADER_BYTES);
  writeV2Header(head, 0, bodyBytes, type, V2Flag.CONT | (isLast ? 0 : V2Flag.MORE), 0, stream, 0);
  return head;
}
