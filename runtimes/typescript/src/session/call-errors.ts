import { ErrorCode, HandshakeError, PluginartError, TransportError } from '../errors/index.ts';
import type { Streaming } from './method.ts';

/** What these errors say of a method. */
interface MethodName {
  readonly service: string;
  readonly name: string;
  readonly contractHash: string;
  readonly streaming: Streaming;
}

export function deadlineExceeded(method: MethodName | undefined): PluginartError {
  const what = method === undefined ? 'the call' : `${method.service}.${method.name}`;
  return new PluginartError(ErrorCode.DEADLINE_EXCEEDED, `${what} was not answered in time`);
}

export function cancelled(cause: unknown): PluginartError {
  return new PluginartError(ErrorCode.CANCELLED, 'the call was cancelled', { cause });
}

export function exhausted(message: string): PluginartError {
  return new PluginartError(ErrorCode.RESOURCE_EXHAUSTED, message, { retrySafe: true });
}

export function contractMismatch(method: MethodName, proved: string): PluginartError {
  return new HandshakeError(
    ErrorCode.CONTRACT_MISMATCH,
    `the ${method.service} client was generated from ${method.contractHash}, the plugin was proved to be ${proved}: generate both from the same schema`,
  );
}

export function notCallableYet(method: MethodName): PluginartError {
  return new PluginartError(
    ErrorCode.UNIMPLEMENTED,
    `${method.service}.${method.name} is a streaming method (${method.streaming}), which is not callable yet`,
  );
}

/** What one call is told of the loss that all of them share. */
export function lostCall(reason: PluginartError, retrySafe: boolean): PluginartError {
  const { code, message, cause, origin, plugin, evidence } = reason;
  return new TransportError(code, message, { cause, origin, plugin, evidence, retrySafe });
}
