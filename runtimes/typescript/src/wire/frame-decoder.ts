import type { TransportError } from '../errors/index.ts';
import { Frame } from './frame.ts';
import { V1_HEADER_BYTES, V1_MAGIC } from './frame-v1.ts';
import { V2_HEADER_BYTES, V2_RESERVED_FLAGS } from './frame-v2.ts';
import { HANDSHAKE_MAX_PAYLOAD_BYTES, V1_MAX_PAYLOAD_BYTES, V2_MAX_PAYLOAD_BYTES } from './limits.ts';
import { PayloadCollector } from './payload-collector.ts';
import { violation } from './violation.ts';

/** What the decoder reads: the one frame of a handshake, or a version's frames after it. */
export type DecoderMode = 'handshake' | 'v1' | 'v2';

const maxPayloadBytes: Record<DecoderMode, number> = {
  handshake: HANDSHAKE_MAX_PAYLOAD_BYTES,
  v1: V1_MAX_PAYLOAD_BYTES,
  v2: V2_MAX_PAYLOAD_BYTES,
};

/**
 * Bytes in, frames out. Starts in mode `handshake` and, after yielding a frame in it, stops until `setMode`
 * is called: the first frame of version 2 may sit in the same read as the last of version 1.
 */
export class FrameDecoder {
  readonly #onFrame: (frame: Frame) => void;
  readonly #frame = new Frame();
  #mode: DecoderMode = 'handshake';
  #headerBytes = V1_HEADER_BYTES;
  #maxPayload = HANDSHAKE_MAX_PAYLOAD_BYTES;
  /** Stopped after the frame of a handshake. */
  #waiting = false;
  #closed = false;
  /** A header that came in pieces. */
  readonly #header = Buffer.alloc(V2_HEADER_BYTES);
  #headerFilled = 0;
  /** A payload that comes in several reads is being collected. */
  #collecting = false;
  readonly #collector = new PayloadCollector();
  #length = 0;
  /** Bytes of the read being decoded that come after the frame just yielded. */
  #unread = 0;
  /** Bytes that came while waiting. */
  #held: Buffer | undefined;

  /** @param onFrame called synchronously for each frame; it may call `setMode` and `close` */
  constructor(onFrame: (frame: Frame) => void) {
    this.#onFrame = onFrame;
  }

  /** Bytes are waiting, or a frame has begun: the peer has sent more than whole frames so far. */
  get hasPending(): boolean {
    return this.#unread > 0 || this.#held !== undefined || this.#headerFilled > 0 || this.#collecting;
  }

  /** Bytes still to come of a payload that has begun. */
  get missingBytes(): number {
    return this.#collector.missing;
  }

  /** Says how to read on. In a call from `onFrame` the rest of the same read follows at once, else `push` an empty one. */
  setMode(mode: DecoderMode): void {
    this.#mode = mode;
    this.#headerBytes = mode === 'v2' ? V2_HEADER_BYTES : V1_HEADER_BYTES;
    this.#maxPayload = maxPayloadBytes[mode];
    this.#waiting = false;
  }

  /** Nothing comes out any more, not even the rest of the read that is being decoded. */
  close(): void {
    this.#closed = true;
    this.#held = undefined;
  }

  /**
   * Decodes what has come.
   * @param chunk read during the call only; frames in pieces are copied
   * @throws TransportError PROTOCOL_VIOLATION; then the connection is to be closed
   */
  push(chunk: Buffer): void {
    let bytes = chunk;
    if (this.#held !== undefined) {
      bytes = Buffer.concat([this.#held, chunk]);
      this.#held = undefined;
    }
    let at = 0;
    while (!this.#closed) {
      if (this.#waiting) {
        if (at < bytes.length) this.#hold(bytes.subarray(at));
        return;
      }
      if (this.#collecting) {
        const taken = Math.min(this.#collector.missing, bytes.length - at);
        this.#collector.add(bytes, at, at + taken);
        at += taken;
        if (this.#collector.missing > 0) return;
        this.#collecting = false;
        this.#unread = bytes.length - at;
        this.#yield(this.#collector.take(), 0, this.#length, true);
        continue;
      }
      const available = bytes.length - at;
      if (this.#headerFilled > 0 || available < this.#headerBytes) {
        const taken = Math.min(this.#headerBytes - this.#headerFilled, available);
        bytes.copy(this.#header, this.#headerFilled, at, at + taken);
        this.#headerFilled += taken;
        at += taken;
        if (this.#mode !== 'v2') this.#checkMagic();
        if (this.#headerFilled < this.#headerBytes) return;
        this.#headerFilled = 0;
        this.#readHeader(this.#header, 0);
      } else {
        this.#readHeader(bytes, at);
        at += this.#headerBytes;
      }
      const end = at + this.#length;
      if (end <= bytes.length) {
        const start = at;
        at = end;
        this.#unread = bytes.length - at;
        this.#yield(bytes, start, end, false);
      } else {
        this.#collecting = true;
        this.#collector.begin(this.#length);
      }
    }
  }

  #hold(rest: Buffer): void {
    // A peer sends nothing between the handshake's frames, so more than a read or two is somebody flooding.
    if (rest.length > 4 * HANDSHAKE_MAX_PAYLOAD_BYTES) throw violation('bytes after the handshake frame');
    this.#held = Buffer.from(rest);
  }

  #checkMagic(): void {
    for (let i = 0; i < Math.min(4, this.#headerFilled); i++) {
      if (this.#header[i] !== ((V1_MAGIC >>> (8 * i)) & 0xff)) throw notAFrame(this.#header);
    }
  }

  #readHeader(bytes: Buffer, at: number): void {
    const frame = this.#frame;
    if (this.#mode === 'v2') {
      this.#length = readUint32(bytes, at);
      frame.type = bytes[at + 4] as number;
      frame.flags = bytes[at + 5] as number;
      frame.metadataBytes = (bytes[at + 6] as number) | ((bytes[at + 7] as number) << 8);
      frame.stream = readUint32(bytes, at + 8);
      frame.arg = readUint32(bytes, at + 12);
      if ((frame.flags & V2_RESERVED_FLAGS) !== 0)
        throw violation(`reserved flags 0x${frame.flags.toString(16)}`);
      if (frame.metadataBytes > this.#length) {
        throw violation(`${frame.metadataBytes} bytes of metadata in a payload of ${this.#length}`);
      }
    } else {
      if (readUint32(bytes, at) !== V1_MAGIC) throw notAFrame(bytes.subarray(at));
      this.#length = readUint32(bytes, at + 4);
      frame.type = bytes[at + 8] as number;
      frame.flags = frame.metadataBytes = frame.stream = frame.arg = 0;
    }
    if (this.#length > this.#maxPayload) {
      throw violation(`a frame of ${this.#length} bytes where at most ${this.#maxPayload} are allowed`);
    }
  }

  #yield(bytes: Buffer, start: number, end: number, owned: boolean): void {
    const frame = this.#frame;
    frame.bytes = bytes;
    frame.start = start;
    frame.end = end;
    frame.owned = owned;
    if (this.#mode === 'handshake') this.#waiting = true;
    this.#onFrame(frame);
  }
}

function readUint32(bytes: Buffer, at: number): number {
  return (
    ((bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24)) >>>
    0
  );
}

function notAFrame(bytes: Buffer): TransportError {
  const seen = bytes
    .subarray(0, 4)
    .toString('latin1')
    .replace(/[^\x20-\x7e]/g, '.');
  return violation(`a frame must begin with "PLGN", not with ${JSON.stringify(seen)}`);
}
