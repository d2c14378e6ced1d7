import { ErrorCode, PluginartError } from '../errors/index.ts';
import { LONGEST_TIMER_MS } from '../timing/longest-timer.ts';

/**
 * How long the answer to a call is wanted. The signal is made only for handlers that look at it: an
 * AbortController costs more than a whole small call.
 */
export class CallLife {
  /** By `performance.now()`; Infinity = no deadline. */
  readonly deadlineAt: number;
  #controller: AbortController | undefined;
  #reason: PluginartError | undefined;
  #timer: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(deadlineAt: number) {
    this.deadlineAt = deadlineAt;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
      else if (!this.#ended && this.deadlineAt !== Number.POSITIVE_INFINITY) this.#watchDeadline();
    }
    return this.#controller.signal;
  }

  get remainingMs(): number | undefined {
    if (this.deadlineAt === Number.POSITIVE_INFINITY) return undefined;
    return Math.max(0, this.deadlineAt - performance.now());
  }

  /** Does nothing after the first time, and once the call has ended. */
  abort(reason: PluginartError): void {
    if (this.#ended || this.#reason !== undefined) return;
    this.#reason = reason;
    clearTimeout(this.#timer);
    this.#controller?.abort(reason);
  }

  /** Why the handler was told to stop, if `error` is what it threw because of that. */
  reasonFor(error: unknown): PluginartError | undefined {
    if (this.#reason === undefined) return undefined;
    const isAbort = error === this.#reason || (error instanceof Error && error.name === 'AbortError');
    return isAbort ? this.#reason : undefined;
  }

  /** The call is answered. */
  end(): void {
    this.#ended = true;
    if (this.#timer !== undefined) clearTimeout(this.#timer);
  }

  #watchDeadline(): void {
    const delay = Math.min(Math.max(this.deadlineAt - performance.now(), 0), LONGEST_TIMER_MS);
    this.#timer = setTimeout(() => {
      this.abort(deadlinePassed());
    }, delay);
    this.#timer.unref();
  }
}

/** What a handler is told whose time is up. */
export function deadlinePassed(): PluginartError {
  return new PluginartError(ErrorCode.DEADLINE_EXCEEDED, "the call's deadline has passed");
}
