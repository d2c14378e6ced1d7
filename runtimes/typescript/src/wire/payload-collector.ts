/** Chunks from here on are kept as they are; smaller ones are copied together. */
const keepBytes = 16_384;
const pieceBytes = 65_536;

/**
 * A payload that comes in several reads. Memory is set aside as bytes come, never on the word of a header
 * (PROTOCOL.md, V1-F4): large chunks are kept, small ones, of which there may be a million, are gathered.
 */
export class PayloadCollector {
  #pieces: Buffer[] = [];
  /** The last piece, where it is one that gathers small chunks. */
  #gathering: Buffer | undefined;
  #gathered = 0;
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  /** Adds a chunk, which is the collector's from now on. */
  add(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (chunk.length >= keepBytes) {
      this.#closeGathering();
      this.#pieces.push(chunk);
    } else this.#gather(chunk);
  }

  /** All of it as one Buffer that shares no memory with the chunks; the collector is empty afterwards. */
  take(): Buffer {
    this.#closeGathering();
    const whole = Buffer.concat(this.#pieces, this.#bytes);
    this.#pieces = [];
    this.#bytes = 0;
    return whole;
  }

  #gather(chunk: Buffer): void {
    let from = 0;
    while (from < chunk.length) {
      this.#gathering ??= Buffer.allocUnsafeSlow(pieceBytes);
      const taken = chunk.copy(this.#gathering, this.#gathered, from);
      this.#gathered += taken;
      from += taken;
      if (this.#gathered === pieceBytes) this.#closeGathering();
    }
  }

  #closeGathering(): void {
    if (this.#gathering === undefined) return;
    this.#pieces.push(this.#gathering.subarray(0, this.#gathered));
    this.#gathering = undefined;
    this.#gathered = 0;
  }
}
