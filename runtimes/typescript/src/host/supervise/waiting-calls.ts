import { ErrorCode, PluginartError } from '../../errors/index.ts';
import type { HostSession } from '../../session/host-session.ts';
import { LONGEST_TIMER_MS } from '../../timing/longest-timer.ts';

export const MAX_WAITING_CALLS = 1_000;

interface Waiter {
  settle(outcome: HostSession | PluginartError): void;
}

/** Calls that came while their plugin was not ready. Each waits until its own deadline or signal; none is lost. */
export class WaitingCalls {
  readonly #plugin: string;
  readonly #why: () => string;
  readonly #waiters = new Set<Waiter>();

  /** @param why says what is waited for, continuing a sentence: `is starting` */
  constructor(plugin: string, why: () => string) {
    this.#plugin = plugin;
    this.#why = why;
  }

  get count(): number {
    return this.#waiters.size;
  }

  /**
   * @param timeoutMs 0 = as long as it takes
   * @throws PluginartError DEADLINE_EXCEEDED, CANCELLED, RESOURCE_EXHAUSTED, or what `fail` was given
   */
  wait(timeoutMs: number, signal: AbortSignal | undefined): Promise<HostSession> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(this.#cancelled(signal.reason));
        return;
      }
      if (!(timeoutMs >= 0)) {
        reject(this.#late(timeoutMs));
        return;
      }
      if (this.#waiters.size >= MAX_WAITING_CALLS) {
        const message = `${MAX_WAITING_CALLS} calls wait already for plugin "${this.#plugin}", which ${this.#why()}`;
        reject(this.#error(ErrorCode.RESOURCE_EXHAUSTED, message));
        return;
      }
      let timer: NodeJS.Timeout | undefined;
      const waiter: Waiter = {
        settle: (outcome) => {
          this.#waiters.delete(waiter);
          clearTimeout(timer);
          signal?.removeEventListener('abort', onAbort);
          if (outcome instanceof PluginartError) reject(outcome);
          else resolve(outcome);
        },
      };
      const onAbort = () => waiter.settle(this.#cancelled(signal?.reason));
      signal?.addEventListener('abort', onAbort);
      if (timeoutMs > 0) {
        timer = setTimeout(() => waiter.settle(this.#late(timeoutMs)), Math.min(timeoutMs, LONGEST_TIMER_MS));
      }
      this.#waiters.add(waiter);
    });
  }

  /** The plugin is ready. */
  release(session: HostSession): void {
    for (const waiter of [...this.#waiters]) waiter.settle(session);
  }

  /** It will not get ready. */
  fail(error: PluginartError): void {
    for (const waiter of [...this.#waiters]) waiter.settle(error);
  }

  #late(timeoutMs: number): PluginartError {
    const message = `no answer within ${timeoutMs} ms: plugin "${this.#plugin}" ${this.#why()}`;
    return this.#error(ErrorCode.DEADLINE_EXCEEDED, message);
  }

  #cancelled(cause: unknown): PluginartError {
    const message = `the call to plugin "${this.#plugin}" was cancelled before it was sent`;
    return this.#error(ErrorCode.CANCELLED, message, cause);
  }

  #error(code: ErrorCode, message: string, cause?: unknown): PluginartError {
    return new PluginartError(code, message, { plugin: this.#plugin, retrySafe: true, cause });
  }
}
