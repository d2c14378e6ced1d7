import type { PluginartError } from '../errors/index.ts';
import type { CallOptions } from './caller.ts';
import type { PeerDescription } from './description.ts';
import type { Method } from './method.ts';
import type { UnsentCall } from './unsent-call.ts';

export const defaultCallTimeoutMs = 30_000;

export interface HostSessionOptions {
  readonly pluginName: string;
  /** What this side was built from, or what the config demands; the plugin must have the same. */
  readonly contractHash: string;
  /** The secret shared with this plugin, as hex; undefined = none, then nothing is proved. */
  readonly token?: string | undefined;
  /** 1 also takes peers that speak version 1 only. Default 1. */
  readonly minProtocol?: 1 | 2 | undefined;
  /** Speak version 1 only. For benchmarks and tests. Default false. */
  readonly onlyVersion1?: boolean | undefined;
  /** The largest body this side receives, bytes. Default 4,194,304. */
  readonly maxMessageBytes?: number | undefined;
  /** For calls that name no timeout, milliseconds; 0 = none. Default 30,000. */
  readonly callTimeoutMs?: number | undefined;
  /** Milliseconds for the handshake. Default 5,000. */
  readonly handshakeTimeoutMs?: number | undefined;
  /** Aborting gives up on the handshake and closes the link. */
  readonly signal?: AbortSignal | undefined;
  /** Called at once when the session can carry no more calls, however it ended; pending ones settle a little later. */
  onLost?(loss: PluginartError): void;
  /**
   * Turns the loss of the connection into what pending calls are told, once it is known why (the process
   * exited with 3, ...). They wait for it. Default: the loss itself.
   */
  explainLoss?(loss: PluginartError): Promise<PluginartError>;
  /**
   * Carries calls of which no byte was written over another connection, each up to its own deadline. Where it is
   * absent they fail.
   */
  resend?(call: UnsentCall): Promise<unknown>;
  /** Every slot of the peer is taken by calls this side has given up on. */
  onStuck?(openCalls: number): void;
  /** The plugin said GOAWAY: it takes no new calls. */
  onGoaway?(reason: PluginartError): void;
}

/** A connection to one plugin after its handshake. All errors are PluginartErrors. */
export interface HostSession {
  readonly protocol: 1 | 2;
  /** What the plugin was proved to be built from. */
  readonly contractHash: string;
  /** What the peer calls its runtime, `pluginart-ts/0.1.0`; undefined for version 1. */
  readonly peerRuntime: string | undefined;
  /** Calls the plugin still owes an answer to, those given up on included. */
  readonly openCalls: number;
  /** When the last byte came, by `performance.now()`. */
  readonly lastHeardMs: number;
  call(payload: Uint8Array, options?: CallOptions): Promise<Buffer>;
  invoke<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    options?: CallOptions,
  ): Promise<Response>;
  /** Resolves with the milliseconds until the Pong. Has no timeout of its own; rejects when the session ends. In version 1 it waits for the open call. */
  ping(): Promise<number>;
  /** What the plugin says of itself. Version 1 plugins cannot: UNIMPLEMENTED. */
  describe(options?: CallOptions): Promise<PeerDescription>;
  /** Takes no new calls and (version 2) says GOAWAY; resolves when no call is open, or the session ends. */
  drain(): Promise<void>;
  /** Fails all that is pending with `reason` and closes the link. Does nothing the second time. */
  close(reason: PluginartError): void;
}
