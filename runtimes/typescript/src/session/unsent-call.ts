import type { CallOptions } from './caller.ts';
import type { Method } from './method.ts';

/** A call of which no byte was written when its connection ended: it did not run. */
export interface UnsentCall {
  /** Undefined for raw calls. */
  // biome-ignore lint/suspicious/noExplicitAny: the two types meet again in `invoke`
  readonly method: Method<any, any> | undefined;
  /** The request's value, or its bytes where there is no method. */
  readonly request: unknown;
  readonly options: CallOptions | undefined;
  /** By `performance.now()`; Infinity = none. */
  readonly deadlineAt: number;
}
