/** Bytes of a chunk: what many small calls make in one turn fits, and leaves in one write. */
export const CHUNK_BYTES = 131_072;
/** What is kept for when it is needed again. */
const maxSpare = 4;

/**
 * The memory that frames are written into. A chunk that was handed to the link is the link's until all has been
 * sent; then it serves again. Allocating each anew cost more than all else that is done for a call of 10,000 bytes.
 */
export class ChunkPool {
  readonly #spare: Buffer[] = [];
  #lent: Buffer[] = [];

  take(): Buffer {
    return this.#spare.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES);
  }

  /** The chunk may be with the link. One of another size is left to the collector. */
  lend(chunk: Buffer): void {
    if (chunk.length === CHUNK_BYTES) this.#lent.push(chunk);
  }

  /** Nothing that was lent is with the link or waits for it any more. */
  takeBack(): void {
    if (this.#lent.length === 0) return;
    this.#spare.push(...this.#lent.slice(0, maxSpare - this.#spare.length));
    this.#lent = [];
  }
}
