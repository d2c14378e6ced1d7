const FIRST_WAIT_MS = 1_000;

export interface RestartLimits {
  /** Restarts in a row; Infinity = never give up. */
  readonly maxRestarts: number;
  readonly backoffMaxMs: number;
  /** Ready for this long, and the count starts anew. */
  readonly stableAfterMs: number;
}

/** How often, and after which wait, a plugin that fails is started again. Times are of `performance.now()`. */
export class RestartBudget {
  readonly #limits: RestartLimits;
  #failures = 0;
  #readySinceMs: number | undefined;

  constructor(limits: RestartLimits) {
    this.#limits = limits;
  }

  /** Failures since the plugin was last stable. */
  get failures(): number {
    return this.#failures;
  }

  renew(): void {
    this.#failures = 0;
    this.#readySinceMs = undefined;
  }

  ready(nowMs: number): void {
    this.#readySinceMs = nowMs;
  }

  /** Milliseconds to wait before the next start: 1 s, doubling up to the limit; undefined = give up. */
  failed(nowMs: number): number | undefined {
    const { maxRestarts, backoffMaxMs, stableAfterMs } = this.#limits;
    if (this.#readySinceMs !== undefined && nowMs - this.#readySinceMs >= stableAfterMs) this.#failures = 0;
    this.#readySinceMs = undefined;
    this.#failures++;
    if (this.#failures > maxRestarts) return undefined;
    return Math.min(FIRST_WAIT_MS * 2 ** (this.#failures - 1), backoffMaxMs);
  }
}
