import { streamingNotCallable } from '../codec/streaming.ts';
import { ErrorCode, HandshakeError, PluginartError, TransportError } from '../errors/index.ts';
import type { Streaming } from './method.ts';

/** What these errors say of a method. */
interface MethodName {
  readonly service: string;
  readonly name: string;
  readonly contractHash: string;
  readonly streaming: Streaming;
  readonly idempotent: boolean;
}

/** By `performance.now()`; Infinity where `timeoutMs` is 0. One that is negative or no number has passed already. */
export function deadlineAfter(timeoutMs: number, nowMs: number): number {
  if (timeoutMs === 0) return Number.POSITIVE_INFINITY;
  return timeoutMs > 0 ? nowMs + timeoutMs : nowMs;
}

/** @param wasSent false where the plugin certainly never heard of it */
export function deadlineExceeded(
  plugin: string,
  method: MethodName | undefined,
  wasSent: boolean,
): PluginartError {
  const what = method === undefined ? 'a call' : `${method.service}.${method.name}`;
  const message = `plugin "${plugin}" did not answer ${what} in time (timeoutMs, or call_timeout of the configuration)`;
  const retrySafe = mayGoAgain(method, wasSent);
  return new PluginartError(ErrorCode.DEADLINE_EXCEEDED, message, { plugin, retrySafe });
}

/** @param wasSent as for `deadlineExceeded` */
export function cancelled(
  plugin: string,
  method: MethodName | undefined,
  cause: unknown,
  wasSent: boolean,
): PluginartError {
  return new PluginartError(ErrorCode.CANCELLED, 'the call was cancelled', {
    plugin,
    cause,
    retrySafe: mayGoAgain(method, wasSent),
  });
}

/** A limit that another moment may find free: the call did not run and may be tried again. */
export function exhausted(plugin: string, message: string): PluginartError {
  return new PluginartError(ErrorCode.RESOURCE_EXHAUSTED, message, { plugin, retrySafe: true });
}

/** A request over the peer's limit: it did not run, and would not the next time. */
export function requestTooLarge(plugin: string, bytes: number, maxBytes: number): PluginartError {
  return new PluginartError(
    ErrorCode.RESOURCE_EXHAUSTED,
    `the call is ${bytes} bytes long, plugin "${plugin}" takes at most ${maxBytes} (max_message_bytes)`,
    { plugin },
  );
}

export function contractMismatch(plugin: string, method: MethodName, proved: string): PluginartError {
  return new HandshakeError(
    ErrorCode.CONTRACT_MISMATCH,
    `the ${method.service} client was generated from ${method.contractHash}, plugin "${plugin}" was proved to be ${proved}: generate both from the same schema`,
    { plugin },
  );
}

/** An answer that the codec refused; by itself its error reads as if the request were at fault. */
export function undecodableAnswer(plugin: string, method: MethodName, cause: unknown): PluginartError {
  const why = cause instanceof Error ? cause.message : String(cause);
  const message = `plugin "${plugin}" answered ${method.service}.${method.name} with bytes that do not decode: ${why}`;
  return new PluginartError(ErrorCode.INVALID_PAYLOAD, message, { plugin, cause });
}

export function notCallableYet(method: MethodName): PluginartError {
  return streamingNotCallable(`${method.service}.${method.name}`);
}

/**
 * What one call is told of the loss that all of them share, and what that means for it.
 * @param wasSent as for `deadlineExceeded`
 */
export function lostCall(
  reason: PluginartError,
  method: MethodName | undefined,
  wasSent: boolean,
): PluginartError {
  const { code, message, cause, origin, plugin, evidence } = reason;
  const retrySafe = mayGoAgain(method, wasSent);
  const fate = wasSent ? mayHaveRun(retrySafe) : 'the call was not sent';
  return new TransportError(code, `${message} (${fate})`, { cause, origin, plugin, evidence, retrySafe });
}

function mayHaveRun(isIdempotent: boolean): string {
  return isIdempotent ? 'the call may have run; its method is idempotent' : 'the call may have run';
}

function mayGoAgain(method: MethodName | undefined, wasSent: boolean): boolean {
  return !wasSent || method?.idempotent === true;
}
