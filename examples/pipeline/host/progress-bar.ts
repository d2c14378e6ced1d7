import type { Progress } from './pipeline.js';

const width = 40;

/** A bar on stderr, where that is a terminal; otherwise a line at each tenth. */
export class ProgressBar implements Progress {
  #planned = 0;
  #answered = 0;
  #retried = 0;
  #lastTenth = -1;
  #halfPassed = false;
  readonly #onHalf: () => void;

  /** @param onHalf called once, when half of the calls that are known by then are answered */
  constructor(onHalf: () => void) {
    this.#onHalf = onHalf;
  }

  get calls(): number {
    return this.#answered;
  }

  get retries(): number {
    return this.#retried;
  }

  planned(calls: number): void {
    this.#planned += calls;
  }

  answered(): void {
    this.#answered++;
    const done = this.#answered / this.#planned;
    // More calls may become known after that, and it is less than half again.
    if (done >= 0.5 && !this.#halfPassed) {
      this.#halfPassed = true;
      this.#onHalf();
    }
    this.#draw(done);
  }

  retried(): void {
    this.#retried++;
  }

  #draw(done: number): void {
    const tenth = Math.floor(done * 10);
    if (!process.stderr.isTTY && tenth <= this.#lastTenth) return;
    this.#lastTenth = Math.max(tenth, this.#lastTenth);
    const bar = '#'.repeat(Math.round(done * width)).padEnd(width, '.');
    const line = `[${bar}] ${this.#answered} of ${this.#planned} calls`;
    process.stderr.write(process.stderr.isTTY ? `\r${line}${done === 1 ? '\n' : ''}` : `${line}\n`);
  }
}
