/** Promises that wait for something to fall idle. */
export class IdleWaiters {
  #waiting: (() => void)[] = [];

  /** Resolves at once if it is idle, else with the next `release`. */
  wait(isIdle: boolean): Promise<void> {
    if (isIdle) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  release(): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
