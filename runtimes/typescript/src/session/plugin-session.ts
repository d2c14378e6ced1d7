import type { PluginartError } from '../errors/index.ts';

export interface PluginSessionOptions {
  /** The secret that the host must prove to know, as hex; undefined = none. */
  readonly token: string | undefined;
  /** What this side receives at most. Version 1 connections keep to 4 MiB. */
  readonly maxMessageBytes: number;
  readonly maxConcurrentCalls: number;
  /** Milliseconds for the handshake. */
  readonly handshakeTimeoutMs: number;
  /** Nonces that hosts have used with this token; shared by all connections of a listener. */
  readonly seenNonces: Set<string>;
  /** Once, when the session has ended, however. */
  onLost(loss: PluginartError): void;
}

/** A plugin's end of one connection, after its handshake. */
export interface PluginSession {
  readonly protocol: 1 | 2;
  /** Calls not answered yet. */
  readonly openCalls: number;
  /** Refuses new calls; resolves when those open are answered and the answers were handed to the link. */
  drain(): Promise<void>;
  close(reason: PluginartError): void;
  destroy(): void;
}
