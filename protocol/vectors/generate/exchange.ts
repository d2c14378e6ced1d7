import { type Bytes, bytes, type Repeat } from './bytes.ts';
import { PROTOCOL_VIOLATION, type V2Frame, v2Frame } from './frames.ts';

/** A frame that the receiver must send. */
export interface Reply {
  /** One of these types. */
  readonly types: readonly number[];
  readonly stream: number;
  readonly arg?: number;
  /** Of RESPONSE, all fragments put together. */
  readonly body?: Bytes;
  /** Of the PluginError in ERROR. */
  readonly code?: number;
}

/** How one of the host's calls ends. */
export interface Settlement {
  readonly stream: number;
  readonly body?: Bytes;
  readonly code?: number;
}

/** What arrives on a version 2 connection right after its handshake, and what follows from it. */
export interface Exchange {
  readonly name: string;
  readonly rule: string;
  /** Who receives the bytes. */
  readonly to: 'plugin' | 'host';
  /** What the receiver said in the handshake. */
  readonly receives?: { readonly max_message_bytes?: number; readonly max_concurrent_calls?: number };
  /**
   * A plugin's handler: `echo` answers with its payload; `hold` waits until it is told to stop, and then fails;
   * `stuck` never returns.
   */
  readonly handler?: 'echo' | 'hold' | 'stuck';
  /** Unary calls that the host has open: streams 1, 3, 5, ... */
  readonly calls?: number;
  readonly bytes: Bytes;
  readonly replies?: readonly Reply[];
  readonly settles?: readonly Settlement[];
  /** The code of the GOAWAY after which the receiver closes. Without it the connection goes on. */
  readonly goaway?: number;
}

type Piece = V2Frame | Uint8Array | Repeat;

function laid(pieces: readonly Piece[]): Bytes {
  return bytes(...pieces.map((piece) => ('type' in piece ? v2Frame(piece) : piece)));
}

type Extra = Omit<Exchange, 'name' | 'rule' | 'to' | 'bytes'>;

export function toPlugin(rule: string, name: string, pieces: readonly Piece[], extra: Extra = {}): Exchange {
  return { name, rule, to: 'plugin', handler: 'echo', ...extra, bytes: laid(pieces) };
}

export function toHost(rule: string, name: string, pieces: readonly Piece[], extra: Extra = {}): Exchange {
  return { name, rule, to: 'host', calls: 1, ...extra, bytes: laid(pieces) };
}

/** The receiver sends GOAWAY and closes. */
export const violation: Extra = { goaway: PROTOCOL_VIOLATION };
