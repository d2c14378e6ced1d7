/** Longer lines are handed on in pieces of this size, so that a plugin without newlines cannot fill the host. */
export const MAX_PIECE_BYTES = 65_536;

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Bytes in, lines out. Decodes UTF-8; no character is torn between two pieces. */
export class LineSplitter {
  readonly #onLine: (text: string, whole: boolean) => void;
  /** The beginning of a line whose end has not come yet. Allocated when first needed. */
  #held: Buffer | undefined;
  #heldLength = 0;
  /** A piece of the current line has been handed on already. */
  #torn = false;

  constructor(onLine: (text: string, whole: boolean) => void) {
    this.#onLine = onLine;
  }

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      const newline = chunk.indexOf(NEWLINE, at);
      const end = newline === -1 ? chunk.length : newline;
      if (newline !== -1 && this.#heldLength === 0 && end - at <= MAX_PIECE_BYTES) {
        this.#finishLine(chunk, at, end);
      } else {
        this.#hold(chunk, at, end);
        if (newline !== -1) {
          this.#finishLine(this.#held!, 0, this.#heldLength);
          this.#heldLength = 0;
        }
      }
      at = end + 1;
    }
  }

  /** The stream is over: what is held is the last line. */
  end(): void {
    if (this.#heldLength > 0) this.#finishLine(this.#held!, 0, this.#heldLength);
    this.#held = undefined;
    this.#heldLength = 0;
  }

  #finishLine(bytes: Buffer, start: number, end: number): void {
    const trimmed = end > start && bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end;
    const whole = !this.#torn;
    this.#torn = false;
    this.#onLine(bytes.toString('utf8', start, trimmed), whole);
  }

  #hold(chunk: Buffer, start: number, end: number): void {
    this.#held ??= Buffer.allocUnsafe(MAX_PIECE_BYTES);
    let at = start;
    while (at < end) {
      const copied = chunk.copy(this.#held, this.#heldLength, at, end);
      at += copied;
      this.#heldLength += copied;
      if (this.#heldLength === MAX_PIECE_BYTES) this.#handOnPiece(this.#held);
    }
  }

  #handOnPiece(held: Buffer): void {
    const cut = lastCharacterBoundary(held);
    this.#torn = true;
    this.#onLine(held.toString('utf8', 0, cut), false);
    held.copyWithin(0, cut, MAX_PIECE_BYTES);
    this.#heldLength = MAX_PIECE_BYTES - cut;
  }
}

/** The largest length at which no UTF-8 sequence is cut; the whole length where the bytes are not UTF-8. */
function lastCharacterBoundary(bytes: Buffer): number {
  for (let back = 1; back <= 4; back++) {
    const byte = bytes[bytes.length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    const sequence = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return sequence > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
