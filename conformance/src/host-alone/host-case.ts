import type { Exchange } from '../../../protocol/vectors/generate/exchange.ts';
import type { HandshakeFault } from '../../peers/v1/plugin.ts';
import type { HandshakeLie } from '../../peers/v2/handshake-lies.ts';
import type { Behaviour } from '../../peers/v2/plugin.ts';
import type { ExpectedError } from '../suite/expected.ts';

/** What the plugin is that a host dials; the runner plays it. */
export type Played =
  | { readonly lie: HandshakeLie; readonly knowsSecret?: boolean }
  | { readonly fault: HandshakeFault }
  | { readonly behaviour: Behaviour }
  /** Of version 1: closes the connection at each call. */
  | { readonly closes: 'version 1' }
  | { readonly exchange: Exchange };

export interface HostCase {
  readonly name: string;
  readonly rules: readonly string[];
  /** Lines of a pluginart.toml that is not taken. */
  readonly config?: readonly string[];
  readonly plays?: Played;
  /**
   * Calls made one after the other, by this method of schema/conformance.fbs. All of them end as the case says, and the
   * plugin hears of each once, over however many connections. Default: one raw call.
   */
  readonly calls?: { readonly method: string; readonly times: number };
  /** How loading, the start or, where it starts, the call fails. Absent: nothing fails. */
  readonly fails?: ExpectedError;
}

export interface HostSuite {
  readonly suite: string;
  readonly about: string;
  readonly role: 'host';
  readonly cases: readonly HostCase[];
}
