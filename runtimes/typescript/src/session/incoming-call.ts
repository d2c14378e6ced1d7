import type { CallMetadata } from './caller.ts';
import type { CallHead, ResponseEncoder } from './method.ts';

/** Who failed: what a handler threw, or what this runtime found. */
export type FailureOrigin = 'handler' | 'runtime';

/** A call that the peer made and waits for. Exactly one of `respond`, `respondBytes` and `fail` answers it. */
export interface IncomingCall {
  /** Aborts when the caller gives up, the deadline passes or the connection ends. */
  readonly signal: AbortSignal;
  /** Milliseconds left, at least 0; undefined = no deadline. */
  readonly remainingMs: number | undefined;
  readonly metadata: CallMetadata;
  respond<Response>(encoder: ResponseEncoder<Response>, response: Response, head: CallHead): void;
  respondBytes(payload: Uint8Array): void;
  fail(error: unknown, origin: FailureOrigin): void;
}

/** Takes the calls that come in on a connection. */
export interface CallHandler {
  /** What the plugin was built from. */
  readonly contractHash: string;
  /** The schema's text, where it is known. */
  readonly schema: string | undefined;
  /**
   * Takes one encoded `CallRequest`, `bytes[start, end)`, which is valid during the call only unless `owned`.
   * Never throws.
   */
  onCall(call: IncomingCall, bytes: Buffer, start: number, end: number, owned: boolean): void;
}
