/** Version 1 frames: PROTOCOL.md, section 4.1. Strict: whatever is not one throws. */

export const FrameType = {
  HANDSHAKE_REQUEST: 1,
  HANDSHAKE_RESPONSE: 2,
  CALL_REQUEST: 3,
  CALL_RESPONSE: 4,
  PLUGIN_ERROR: 5,
  CANCEL: 6,
  PING: 7,
  PONG: 8,
} as const;

export const MAX_PAYLOAD_BYTES = 4 * 1024 * 1024;
const HEADER_BYTES = 9;

export interface Frame {
  readonly type: number;
  readonly payload: Buffer;
}

export function encodeFrame(type: number, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  const header = Buffer.from('PLGN\0\0\0\0\0', 'latin1');
  header.writeUInt32LE(payload.length, 4);
  header.writeUInt8(type, 8);
  return Buffer.concat([header, payload]);
}

/** Collects chunks until they hold a whole frame. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #bytes = 0;

  /** @throws Error at the first frame that is none */
  *push(chunk: Buffer): Generator<Frame> {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    while (this.#bytes >= HEADER_BYTES) {
      const length = this.#checkHeader();
      if (this.#bytes < HEADER_BYTES + length) return;
      const bytes = Buffer.concat(this.#chunks);
      const end = HEADER_BYTES + length;
      this.#chunks = [bytes.subarray(end)];
      this.#bytes = bytes.length - end;
      yield { type: bytes.readUInt8(8), payload: bytes.subarray(HEADER_BYTES, end) };
    }
  }

  #checkHeader(): number {
    if ((this.#chunks[0] as Buffer).length < HEADER_BYTES) this.#chunks = [Buffer.concat(this.#chunks)];
    const header = this.#chunks[0] as Buffer;
    if (header.toString('latin1', 0, 4) !== 'PLGN') throw new Error('no PLGN where a frame should begin');
    const length = header.readUInt32LE(4);
    if (length > MAX_PAYLOAD_BYTES) throw new Error(`a payload of ${length} bytes`);
    return length;
  }
}
