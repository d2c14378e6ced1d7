import type { PluginartError } from '../../errors/index.ts';
import type { CallOptions } from '../caller.ts';
import type { Method } from '../method.ts';

// biome-ignore lint/suspicious/noExplicitAny: the two types meet again in `invoke`
export type AnyMethod = Method<any, any>;

/** A call on its way: from being asked for until its caller has an answer. */
export class OutgoingCall {
  id = 0;
  /** Undefined for raw calls. */
  readonly method: AnyMethod | undefined;
  /** The request's value, or its bytes where there is no method; kept until settled, as it may have to go again. */
  request: unknown;
  readonly options: CallOptions | undefined;
  /** CALL, or DESCRIBE. */
  readonly type: number;
  /** By `performance.now()`; Infinity = none. */
  readonly deadlineAt: number;
  /** The outbox's `madeBytes` before its frame. */
  madeAt = 0;
  /** The caller has its answer or has given up; the stream may be open still. */
  settled = false;
  resolve!: (value: unknown) => void;
  reject!: (error: PluginartError) => void;
  onAbort: (() => void) | undefined;

  constructor(
    method: AnyMethod | undefined,
    request: unknown,
    options: CallOptions | undefined,
    deadlineAt: number,
    type: number,
  ) {
    this.type = type;
    this.method = method;
    this.request = request;
    this.options = options;
    this.deadlineAt = deadlineAt;
  }
}
