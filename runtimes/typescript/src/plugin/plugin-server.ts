import { ErrorCode, type PluginartError, TransportError } from '../errors/index.ts';
import { acceptPluginSession } from '../session/accept-plugin-session.ts';
import type { CallHandler } from '../session/incoming-call.ts';
import type { Link } from '../session/link.ts';
import type { PluginSession } from '../session/plugin-session.ts';
import { settlesWithin } from '../timing/settles-within.ts';
import {
  DEFAULT_MAX_CONCURRENT_CALLS,
  DEFAULT_MAX_MESSAGE_BYTES,
  HANDSHAKE_TIMEOUT_MS,
  MAX_UNFINISHED_HANDSHAKES,
} from '../wire/limits.ts';

export interface PluginServerOptions {
  /** The secret that hosts must prove to know, hex; undefined = none. */
  readonly token?: string | undefined;
  /** The largest message that hosts may send, bytes, at least 1,024. Version 1 hosts: 4 MiB whatever is said here. Default 4,194,304. */
  readonly maxMessageBytes?: number | undefined;
  /** Calls a host may have open at once on a connection. Default 256. */
  readonly maxConcurrentCalls?: number | undefined;
  /** Milliseconds for the handshake. Default 5,000. */
  readonly handshakeTimeoutMs?: number | undefined;
  /** Told of every connection that was refused or broke the protocol. Default of `serve`: a line on stderr. */
  readonly onConnectionError?: ((error: PluginartError) => void) | undefined;
}

/** How long a host may take to close after this side said GOAWAY; calls that crossed it are still refused meanwhile. */
const partingMs = 500;

interface Connected {
  readonly session: PluginSession;
  /** Resolves when the session is over, however. */
  readonly ended: Promise<void>;
}

/** The hosts that are connected to this plugin. Knows no sockets: links are given to it. */
export class PluginServer {
  readonly #handler: CallHandler;
  readonly #options: PluginServerOptions;
  readonly #connected = new Set<Connected>();
  readonly #seenNonces = new Set<string>();
  #unfinishedHandshakes = 0;
  #stopping = false;

  constructor(handler: CallHandler, options: PluginServerOptions) {
    this.#handler = handler;
    this.#options = options;
  }

  /** Meets a host. Never rejects. */
  async accept(link: Link): Promise<void> {
    if (this.#stopping || this.#unfinishedHandshakes >= MAX_UNFINISHED_HANDSHAKES) {
      link.destroy();
      return;
    }
    this.#unfinishedHandshakes++;
    let end!: () => void;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    let connected: Connected;
    try {
      const session = await acceptPluginSession(link, this.#handler, {
        token: this.#options.token,
        maxMessageBytes: this.#options.maxMessageBytes ?? DEFAULT_MAX_MESSAGE_BYTES,
        maxConcurrentCalls: this.#options.maxConcurrentCalls ?? DEFAULT_MAX_CONCURRENT_CALLS,
        handshakeTimeoutMs: this.#options.handshakeTimeoutMs ?? HANDSHAKE_TIMEOUT_MS,
        seenNonces: this.#seenNonces,
        onLost: (loss) => {
          end();
          if (loss.code === ErrorCode.PROTOCOL_VIOLATION) this.#options.onConnectionError?.(loss);
        },
      });
      connected = { session, ended };
    } catch (error) {
      this.#options.onConnectionError?.(error as PluginartError);
      return;
    } finally {
      this.#unfinishedHandshakes--;
    }
    this.#connected.add(connected);
    void ended.then(() => this.#connected.delete(connected));
    if (this.#stopping) void this.#retire(connected);
  }

  /** Refuses new calls, answers those that are open, then ends every connection. */
  async drain(): Promise<void> {
    this.#stopping = true;
    await Promise.all([...this.#connected].map((connected) => this.#retire(connected)));
  }

  /** Ends every connection at once; handlers are told by their signals. */
  destroy(): void {
    this.#stopping = true;
    for (const { session } of this.#connected) session.close(stopped());
  }

  async #retire({ session, ended }: Connected): Promise<void> {
    await session.drain();
    // A version 2 host closes when its calls are over; closing first would cut off a call that crossed the GOAWAY.
    if (session.protocol === 2) await settlesWithin(ended, partingMs);
    session.close(stopped());
  }
}

function stopped(): TransportError {
  return new TransportError(ErrorCode.UNAVAILABLE, 'the plugin has stopped');
}
