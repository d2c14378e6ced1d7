import type { Frame } from './frame.ts';
import { V2Flag } from './frame-v2.ts';
import { MAX_UNFINISHED_MESSAGES } from './limits.ts';
import { PayloadCollector } from './payload-collector.ts';
import { violation } from './violation.ts';

/** A message that came in fragments, whole. The bytes are the receiver's own. */
export interface AssembledMessage {
  readonly type: number;
  /** Of the first fragment, without MORE. */
  readonly flags: number;
  readonly stream: number;
  readonly arg: number;
  readonly metadata: Buffer;
  readonly body: Buffer;
  /** When the first fragment came, as `accept` was told. */
  readonly begunAt: number;
}

interface Unfinished {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly arg: number;
  readonly metadata: Buffer;
  readonly begunAt: number;
  readonly totalBytes: number;
  /** One buffer, not the fragments: they may be of any length, 0 included (V2-M4), and so of any number. */
  readonly body: PayloadCollector;
}

const lengthBytes = 8;
const noBytes = Buffer.alloc(0);

/** Puts the long messages of one direction together again. PROTOCOL.md, section 7. */
export class FragmentAssembler {
  readonly #maxMessageBytes: number;
  #unfinished: Unfinished[] = [];

  constructor(maxMessageBytes: number) {
    this.#maxMessageBytes = maxMessageBytes;
  }

  /** Messages that have begun. */
  get size(): number {
    return this.#unfinished.length;
  }

  /** Whether a message is still coming on this stream. */
  has(stream: number): boolean {
    return this.#unfinished.some((message) => message.stream === stream);
  }

  /**
   * Takes a frame with MORE or CONT.
   * @param begunAt the caller's time of a first fragment, given back with the message
   * @returns the message that it completes
   * @throws TransportError PROTOCOL_VIOLATION
   */
  accept(frame: Frame, begunAt: number): AssembledMessage | undefined {
    if ((frame.flags & V2Flag.CONT) !== 0) return this.#continue(frame);
    this.#begin(frame, begunAt);
    return undefined;
  }

  /**
   * Drops what a stream has unfinished, after CANCEL or ERROR.
   * @returns whether there was something
   */
  abort(stream: number): boolean {
    const before = this.#unfinished.length;
    if (before > 0) this.#unfinished = this.#unfinished.filter((message) => message.stream !== stream);
    return this.#unfinished.length < before;
  }

  #begin(frame: Frame, begunAt: number): void {
    const { type, stream, arg } = frame;
    if (this.has(stream)) throw violation(`a message begins on stream ${stream} inside another (V2-M6)`);
    if (this.#unfinished.length >= MAX_UNFINISHED_MESSAGES) {
      throw violation(`more than ${MAX_UNFINISHED_MESSAGES} unfinished messages (V2-M9)`);
    }
    const start = frame.bodyStart;
    if (frame.end - start < lengthBytes) throw violation('a first fragment without its total (V2-M1)');
    const total = frame.bytes.readBigUInt64LE(start);
    if (total > BigInt(this.#maxMessageBytes)) {
      throw violation(
        `a message of ${total} bytes where at most ${this.#maxMessageBytes} are taken (V2-M10)`,
      );
    }
    const totalBytes = Number(total);
    const body = new PayloadCollector();
    body.begin(totalBytes);
    addTo(body, frame, start + lengthBytes);
    this.#unfinished.push({
      type,
      flags: frame.flags & ~V2Flag.MORE,
      stream,
      arg,
      metadata: frame.metadataBytes === 0 ? noBytes : Buffer.from(frame.bytes.subarray(frame.start, start)),
      begunAt,
      totalBytes,
      body,
    });
  }

  #continue(frame: Frame): AssembledMessage | undefined {
    const { type, stream } = frame;
    if (frame.metadataBytes > 0 || (frame.flags & ~(V2Flag.CONT | V2Flag.MORE)) !== 0) {
      throw violation('metadata or flags on a later fragment (V2-M2)');
    }
    const index = this.#unfinished.findIndex((message) => message.stream === stream);
    const message = this.#unfinished[index];
    // What is left of a message that was abandoned.
    if (message === undefined) return undefined;
    if (message.type !== type)
      throw violation(`a message of type ${message.type} goes on as ${type} (V2-M6)`);
    const { flags, arg, metadata, begunAt, body, totalBytes } = message;
    addTo(body, frame, frame.start);
    if ((frame.flags & V2Flag.MORE) !== 0) return undefined;
    const { missing } = body;
    if (missing > 0) {
      throw violation(
        `fragments of ${totalBytes - missing} bytes where ${totalBytes} were announced (V2-M3)`,
      );
    }
    this.#unfinished.splice(index, 1);
    return { type, flags, stream, arg, metadata, begunAt, body: body.take() };
  }
}

function addTo(body: PayloadCollector, { bytes, end }: Frame, start: number): void {
  if (end - start > body.missing) throw violation('fragments longer than their total (V2-M3)');
  body.add(bytes, start, end);
}
