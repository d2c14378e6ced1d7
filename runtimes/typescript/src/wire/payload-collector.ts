const firstBytes = 65_536;
/** Of what has come: after one whole read there is room for a frame of version 2. */
const growth = 16;
const noBytes = Buffer.alloc(0);

/**
 * A payload that comes in several reads. Memory is set aside as bytes come, at most 16 times as much, never on the
 * word of a header (PROTOCOL.md, V1-F4).
 */
export class PayloadCollector {
  #length = 0;
  #payload = noBytes;
  #bytes = 0;

  /** Bytes that have not come yet. */
  get missing(): number {
    return this.#length - this.#bytes;
  }

  /** Begins a payload of this many bytes. */
  begin(length: number): void {
    this.#length = length;
  }

  /** Copies `bytes[start, end)`, which is no more than is missing. */
  add(bytes: Buffer, start: number, end: number): void {
    const filled = this.#bytes + end - start;
    if (filled > this.#payload.length) this.#grow(filled);
    bytes.copy(this.#payload, this.#bytes, start, end);
    this.#bytes = filled;
  }

  /** The whole payload, in memory that is nobody else's; the collector is empty afterwards. */
  take(): Buffer {
    const payload = this.#payload;
    this.#payload = noBytes;
    this.#length = this.#bytes = 0;
    return payload;
  }

  #grow(filled: number): void {
    const small = this.#payload;
    this.#payload = Buffer.allocUnsafeSlow(Math.min(this.#length, Math.max(firstBytes, growth * filled)));
    if (this.#bytes === 0) return;
    small.copy(this.#payload, 0, 0, this.#bytes);
    // Freed at once: left to the collector, every 64 MB of it cost a collection of the whole heap.
    (small.buffer as ArrayBuffer).transfer(0);
  }
}
