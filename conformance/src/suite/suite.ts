import type { HostSuite } from '../host-alone/host-case.ts';
import type { Expected, ExpectedError } from './expected.ts';

/** What the files in suites/ hold. */

interface Outcome {
  /** Of the answer: fields that are left out here are not looked at. */
  readonly gives?: Expected;
  /** The answer is what was sent, to the last field. */
  readonly echoes?: true;
  readonly fails?: ExpectedError;
  /** Fields of the answer, by path, under names that later steps use as `${name}`. */
  readonly saves?: Readonly<Record<string, string>>;
}

interface CallStep extends Outcome {
  readonly call: string;
  readonly value?: unknown;
  readonly via?: 'builders';
  readonly timeout_ms?: number;
  /** So many at once; `${i}` in the value counts from 0. */
  readonly times?: number;
  /** Goes on with the next step; `await` has the outcome. */
  readonly as?: string;
  /** Called again until the outcome is as expected. */
  readonly until?: true;
}

interface RawStep extends Outcome {
  readonly raw: unknown;
  readonly timeout_ms?: number;
  readonly times?: number;
  readonly as?: string;
  readonly until?: true;
}

export type Step =
  | CallStep
  | RawStep
  | (Outcome & { readonly await: string })
  | { readonly cancel: string }
  | { readonly pause_ms: number }
  /** Comes within the patience of the run, or has come since the case began. */
  | { readonly event: Expected }
  /** Has not come so far. */
  | { readonly no_event: Expected }
  /** Of the plugin: becomes so. */
  | { readonly status: Expected }
  | ({ readonly start: true } & Outcome)
  | ({ readonly restart: true } & Outcome)
  | ({ readonly shutdown: true; readonly as?: string } & Outcome)
  /** Under that name: the number by which this machine knows the plugin's process. */
  | { readonly find_process: string }
  /** The host is killed, and can put nothing away. */
  | { readonly kill_host: true }
  /** The process with that number comes to its end, and the container with it, if it has one. */
  | { readonly process_gone: string }
  /** To the plugin's process. */
  | { readonly signal: string; readonly pid: string };

/** How the plugin of a case is served; see adapters/README.md. */
export type Serve = 'typed' | 'builders' | 'echo' | 'hold' | 'stuck';

export interface PairCase {
  readonly name: string;
  /** Of PROTOCOL.md: what this case proves. */
  readonly rules: readonly string[];
  /** Default: both. */
  readonly versions?: readonly (1 | 2)[];
  /** Default: all. */
  readonly transports?: readonly string[];
  readonly needs?: { readonly host?: readonly string[]; readonly plugin?: readonly string[] };
  /** Default `typed`. */
  readonly serve?: Serve;
  /** Variables of the plugin. */
  readonly env?: Readonly<Record<string, string>>;
  /** Keys of the plugin's entry in pluginart.toml. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** What a remote plugin, and its host, know of the secret. Default: both the same. */
  readonly secrets?: { readonly host: 'same' | 'other' | 'none'; readonly plugin: 'same' | 'none' };
  /** A manager and a plugin of its own. Implied by `env`, `config`, `secrets`. Otherwise cases share one. */
  readonly own?: boolean;
  /** A host process of its own, which the case may kill. Implies `own`. */
  readonly own_host?: boolean;
  /** Steps begin before the manager is started. */
  readonly unstarted?: boolean;
  readonly steps: readonly Step[];
}

export interface PairSuite {
  readonly suite: string;
  readonly about: string;
  readonly role: 'pair';
  readonly cases: readonly PairCase[];
}

/** Bytes that a host sends: a handshake, a frame of either version, or anything at all. */
export type Piece =
  | { readonly hex: string }
  | { readonly repeat: string; readonly times: number }
  | {
      readonly v1: string;
      readonly message?: Readonly<Record<string, unknown>>;
      readonly payload?: string;
      readonly length?: number;
    }
  | {
      readonly v2: string;
      readonly flags?: readonly string[];
      readonly stream?: number;
      readonly arg?: number;
      readonly body?: string;
      readonly message?: Readonly<Record<string, unknown>>;
      readonly length?: number;
      readonly meta?: number;
    };

export interface HandshakeStep {
  /** `none`: a version 1 host. Otherwise it changes what a right offer says. */
  readonly offer?: 'none' | Readonly<Record<string, unknown>>;
  /** Of the request. Default: the plugin's own. */
  readonly contract?: string;
  /** Default: right where the plugin was given a token. `again`: the request of the handshake before, to the byte. */
  readonly proof?: 'none' | 'wrong' | 'again';
  /** Of the request, over what is right. */
  readonly request?: Readonly<Record<string, unknown>>;
  /** Sent in the same write, too early. */
  readonly early?: Piece;
  readonly outcome: 'v1' | 'v2' | 'refused' | 'closed';
  /** Of the response. */
  readonly code?: string;
  /** Fields of the response that are looked at. */
  readonly gives?: Expected;
}

export interface ExpectedFrame {
  /** One of these types. */
  readonly types: readonly string[];
  readonly stream?: number;
  readonly arg?: number;
  /** Hex. */
  readonly body?: string;
  /** Of the PluginError. */
  readonly code?: string;
}

export type PluginStep =
  | { readonly connect: true }
  | { readonly handshake: HandshakeStep }
  | { readonly send: readonly Piece[] }
  /** These come, in any order, and nothing else but PING and CREDIT. */
  | { readonly frames: readonly ExpectedFrame[] }
  /** A PING is answered, and nothing else is said before. */
  | { readonly alive: true }
  /** GOAWAY with that code, after which it closes. */
  | { readonly goaway: string }
  /** It closes, within so many seconds; without a byte before where `silent`. */
  | { readonly closes: { readonly within_s: number; readonly silent?: true } }
  | { readonly signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL' }
  | { readonly end_stdin: true }
  | { readonly exits: { readonly within_s: number; readonly code?: number; readonly not_code?: number } }
  | { readonly says: { readonly stderr?: string; readonly stdout?: string } }
  | { readonly socket: 'gone' | { readonly mode: number } }
  /** So many connections that say nothing. */
  | { readonly idle_connections: number };

export interface PluginCase {
  readonly name: string;
  readonly rules: readonly string[];
  /** Whether it is given a token. Default true. */
  readonly token?: boolean;
  /** A process of its own; otherwise those cases share one that have the same token and environment. */
  readonly own?: boolean;
  /** `undefined` takes a variable away. `nowhere`: neither address is set. */
  readonly env?: Readonly<Record<string, string>>;
  readonly address?: 'nowhere' | 'occupied by a file';
  /** It is not expected to get ready. */
  readonly unready?: true;
  readonly steps: readonly PluginStep[];
}

export interface PluginSuite {
  readonly suite: string;
  readonly about: string;
  readonly role: 'plugin';
  readonly cases: readonly PluginCase[];
}

export type Suite = PairSuite | PluginSuite | HostSuite;
