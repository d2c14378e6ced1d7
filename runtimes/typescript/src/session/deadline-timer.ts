import { LONGEST_TIMER_MS } from '../timing/longest-timer.ts';

/**
 * One timer for any number of deadlines. It is armed for the earliest one and, when it fires, asks its
 * owner to expire what is due and to name the next; so a call that is answered in time costs no timer.
 */
export class DeadlineTimer {
  readonly #expire: (now: number) => number;
  #armedFor = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  /** @param expire ends what is due at `now` and returns the earliest deadline left, Infinity for none */
  constructor(expire: (now: number) => number) {
    this.#expire = expire;
  }

  /** @param deadlineAt by `performance.now()` */
  include(deadlineAt: number): void {
    if (deadlineAt < this.#armedFor) this.#arm(deadlineAt);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#armedFor = Number.POSITIVE_INFINITY;
  }

  #arm(deadlineAt: number): void {
    clearTimeout(this.#timer);
    this.#armedFor = deadlineAt;
    const delay = Math.min(Math.max(Math.ceil(deadlineAt - performance.now()), 1), LONGEST_TIMER_MS);
    this.#timer = setTimeout(() => {
      this.#armedFor = Number.POSITIVE_INFINITY;
      // Not armed outright: what expires may lead to new calls, with deadlines that are earlier still.
      this.include(this.#expire(performance.now()));
    }, delay);
    // What is pending holds its connection, and that the process; a timer for calls long answered must not.
    this.#timer.unref();
  }
}
