/** One received frame of either version. The decoder uses one object again and again: keep its values, not it. */
export class Frame {
  type = 0;
  /** Version 2 only, as are the next three. */
  flags = 0;
  metadataBytes = 0;
  stream = 0;
  arg = 0;
  /** Holds the payload, metadata first, from `start` to `end`. */
  bytes: Buffer = emptyBytes;
  start = 0;
  end = 0;
  /** The bytes are nobody else's and may be kept; otherwise they are valid until `onFrame` returns. */
  owned = false;

  get bodyStart(): number {
    return this.start + this.metadataBytes;
  }

  /** The body as a Buffer of one's own, 8-byte aligned. */
  takeBody(): Buffer {
    return takeBytes(this.bytes, this.bodyStart, this.end, this.owned);
  }
}

const emptyBytes = Buffer.alloc(0);

/** `bytes[start, end)` as an 8-byte aligned Buffer that pins nothing else; without a copy where `owned` allows it. */
export function takeBytes(bytes: Buffer, start: number, end: number, owned: boolean): Buffer {
  if (owned && (bytes.byteOffset + start) % 8 === 0) return bytes.subarray(start, end);
  const copy = Buffer.allocUnsafe(end - start);
  bytes.copy(copy, 0, start, end);
  return copy;
}
