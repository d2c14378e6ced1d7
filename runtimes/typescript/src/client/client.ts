import { ErrorCode, TransportError } from '../errors/index.ts';
import type { Caller, CallOptions } from '../session/caller.ts';
import type { PeerDescription } from '../session/description.ts';
import type { HostSession } from '../session/host-session.ts';
import type { Method } from '../session/method.ts';

/** One connection to one plugin, for direct use: no process, no restarts. */
export class Client implements Caller, AsyncDisposable {
  readonly #session: HostSession;

  constructor(session: HostSession) {
    this.#session = session;
  }

  /** The protocol version that was agreed on. */
  get protocol(): 1 | 2 {
    return this.#session.protocol;
  }

  /** What the plugin was proved to be built from. */
  get contractHash(): string {
    return this.#session.contractHash;
  }

  /** Calls the plugin still owes an answer to, those given up on included. */
  get openCalls(): number {
    return this.#session.openCalls;
  }

  /**
   * Sends one encoded `CallRequest`. It is not copied and must not change any more, not even where the call is given up on.
   * @returns the encoded `CallResponse`, 8-byte aligned and the caller's own
   * @throws PluginartError
   */
  call(payload: Uint8Array, options?: CallOptions): Promise<Buffer> {
    return this.#session.call(payload, options);
  }

  /** For generated clients. The plugin's name is ignored: there is only one. */
  invoke<Request, Response>(
    _plugin: string,
    method: Method<Request, Response>,
    request: Request,
    options?: CallOptions,
  ): Promise<Response> {
    return this.#session.invoke(method, request, options);
  }

  /** Milliseconds until the plugin's Pong. Rejects when the connection ends; has no timeout of its own. */
  ping(): Promise<number> {
    return this.#session.ping();
  }

  /** What the plugin says of itself. Version 2 only. */
  describe(options?: CallOptions): Promise<PeerDescription> {
    return this.#session.describe(options);
  }

  /** Takes no new calls, waits for those that are open, then closes. */
  async close(): Promise<void> {
    await this.#session.drain();
    this.destroy();
  }

  /** Closes at once; open calls reject with UNAVAILABLE. */
  destroy(): void {
    this.#session.close(new TransportError(ErrorCode.UNAVAILABLE, 'the client was closed'));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
