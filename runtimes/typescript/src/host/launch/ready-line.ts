/**
 * Finds READY, alone on a line, in a plugin's stdout and hands everything else on. The empty line before it is
 * swallowed with it: plugins print "\nREADY\n" lest an unfinished line of theirs hides the word.
 */
export class ReadyLine {
  readonly #onReady: () => void;
  readonly #onLine: (text: string, whole: boolean) => void;
  #seen = false;
  #emptyLineHeld = false;

  constructor(onReady: () => void, onLine: (text: string, whole: boolean) => void) {
    this.#onReady = onReady;
    this.#onLine = onLine;
  }

  line(text: string, whole: boolean): void {
    if (this.#seen) {
      this.#onLine(text, whole);
      return;
    }
    if (whole && text.trim() === 'READY') {
      this.#emptyLineHeld = false;
      this.#seen = true;
      this.#onReady();
      return;
    }
    this.end();
    if (whole && text === '') this.#emptyLineHeld = true;
    else this.#onLine(text, whole);
  }

  /** The stream is over, or its next line has come. */
  end(): void {
    if (!this.#emptyLineHeld) return;
    this.#emptyLineHeld = false;
    this.#onLine('', true);
  }
}
