import { ErrorCode, PluginartError } from '../../errors/index.ts';
import type { CallOptions } from '../../session/caller.ts';
import type { HostSession } from '../../session/host-session.ts';
import type { Method } from '../../session/method.ts';

/** What calls go through while a plugin is ready: its session, or that of version 1 with patience added. */
export type ReadyCalls = Pick<HostSession, 'call' | 'invoke'>;

/**
 * In version 1 a call that was given up on can cost the connection, with calls still waiting behind it that were
 * never sent. They did nothing wrong: they go to the connection that is dialled next, within their own time.
 * Calls that a dead process leaves behind are not sent again.
 */
export class Version1Calls implements ReadyCalls {
  readonly #session: HostSession;
  readonly #callTimeoutMs: number;
  readonly #next: (timeoutMs: number, signal: AbortSignal | undefined) => Promise<ReadyCalls>;

  /** @param next waits for the next connection */
  constructor(
    session: HostSession,
    callTimeoutMs: number,
    next: (timeoutMs: number, signal: AbortSignal | undefined) => Promise<ReadyCalls>,
  ) {
    this.#session = session;
    this.#callTimeoutMs = callTimeoutMs;
    this.#next = next;
  }

  call(payload: Uint8Array, options?: CallOptions): Promise<Buffer> {
    return this.#persist((calls, left) => calls.call(payload, left), options);
  }

  invoke<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    options?: CallOptions,
  ): Promise<Response> {
    return this.#persist((calls, left) => calls.invoke(method, request, left), options);
  }

  async #persist<Result>(
    go: (calls: ReadyCalls, options: CallOptions | undefined) => Promise<Result>,
    options: CallOptions | undefined,
  ): Promise<Result> {
    const startedMs = performance.now();
    try {
      return await go(this.#session, options);
    } catch (error) {
      if (!wasNeverSent(error)) throw error;
      const timeoutMs = options?.timeoutMs ?? this.#callTimeoutMs;
      const remaining = () =>
        timeoutMs === 0 ? 0 : Math.max(timeoutMs - (performance.now() - startedMs), 1);
      const calls = await this.#next(remaining(), options?.signal);
      return go(calls, { ...options, timeoutMs: remaining() });
    }
  }
}

function wasNeverSent(error: unknown): boolean {
  return (
    error instanceof PluginartError &&
    error.code === ErrorCode.UNAVAILABLE &&
    error.retrySafe &&
    error.origin !== 'process'
  );
}
