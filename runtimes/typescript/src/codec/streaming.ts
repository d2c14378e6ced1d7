import { ErrorCode } from '../errors/error-code.ts';
import { PluginartError } from '../errors/pluginart-error.ts';

/** The error of a method whose request or response is a stream. @param method `Echo.Watch` */
export function streamingNotCallable(method: string): PluginartError {
  return new PluginartError(
    ErrorCode.UNIMPLEMENTED,
    `${method} is a streaming method: streaming is not callable yet`,
  );
}

/** Stands in a service for a method with a stream: every call of it fails with UNIMPLEMENTED. */
export function streamingMethod<Kind extends 'client' | 'server' | 'both'>(
  method: string,
  code: number,
  streaming: Kind,
): {
  readonly name: string;
  readonly code: number;
  readonly streaming: Kind;
  decodeRequest(): never;
  encodeResponse(): never;
  handle(): never;
} {
  const refuse = (): never => {
    throw streamingNotCallable(method);
  };
  return { name: method, code, streaming, decodeRequest: refuse, encodeResponse: refuse, handle: refuse };
}
