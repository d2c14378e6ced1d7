import type { Method } from './method.ts';

/** Trace context and free entries that travel with a call. Version 2 only; a version 1 peer gets none of it. */
export interface CallMetadata {
  readonly traceparent?: string;
  readonly tracestate?: string;
  readonly baggage?: string;
  readonly entries?: Readonly<Record<string, string>>;
}

export interface CallOptions {
  /** Aborting rejects the call with CANCELLED and asks the plugin to stop. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until the call rejects with DEADLINE_EXCEEDED; 0 = never, below 0 = at once. Default: the plugin's `call_timeout` (30 s). */
  readonly timeoutMs?: number | undefined;
  readonly metadata?: CallMetadata | undefined;
}

/** What generated clients call through: a `PluginManager`, a `Client` or an in-memory pair. */
export interface Caller {
  /**
   * Calls a method with plain values.
   * @param plugin the plugin's name in `pluginart.toml`; a `Client`, having one peer only, ignores it.
   * @param request read when the call is sent, which may be later: it must not change until the promise settles
   * @throws PluginartError
   */
  invoke<Request, Response>(
    plugin: string,
    method: Method<Request, Response>,
    request: Request,
    options?: CallOptions,
  ): Promise<Response>;
}
