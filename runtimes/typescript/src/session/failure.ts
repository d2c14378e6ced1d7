import { ErrorCode, PluginartError, PluginError } from '../errors/index.ts';
import { decodePluginError, ErrorOrigin, encodePluginError } from '../wire/control.ts';
import type { FailureOrigin } from './incoming-call.ts';

const origins = { handler: ErrorOrigin.HANDLER, runtime: ErrorOrigin.RUNTIME } as const;
const lastApplicationCode = 0xefff;
const ownCodes: ReadonlySet<number> = new Set(Object.values(ErrorCode));
/** What a message is cut to where it would not fit otherwise; characters, of at most 3 bytes each. */
const shortMessageCharacters = 256;

interface Failure {
  readonly code: number;
  readonly message: string;
  readonly retry: boolean;
  readonly details: Uint8Array | undefined;
}

/**
 * The body of an ERROR or GOAWAY frame.
 * @param maxBytes above it the message is cut and the details are dropped
 */
export function failureBody(error: unknown, origin: FailureOrigin, maxBytes = 65_536): Buffer {
  const failure = origin === 'handler' ? handlerFailure(error) : runtimeFailure(error);
  const body = encodePluginError({ ...failure, origin: origins[origin] });
  if (body.length <= maxBytes) return body;
  const message = `${failure.message.slice(0, shortMessageCharacters)}... (cut: too long to send)`;
  return encodePluginError({ ...failure, message, details: undefined, origin: origins[origin] });
}

/** The body of a version 1 PluginError: every failure of the framework is code 1 there. */
export function v1FailureBody(error: unknown, origin: FailureOrigin): Buffer {
  if (origin === 'runtime') {
    return encodePluginError({ code: ErrorCode.APPLICATION, message: messageOf(error), retry: false });
  }
  const { code, message, retry } = handlerFailure(error);
  return encodePluginError({ code, message, retry });
}

/**
 * What the peer reported, as the error that the caller catches.
 * @param plugin the plugin's name, on the host's side
 * @throws PluginartError INVALID_PAYLOAD
 */
export function remoteFailure(bytes: Buffer, start: number, end: number, plugin?: string): PluginError {
  const { code, message, retry, origin, details } = decodePluginError(bytes, start, end);
  const isKnown = code <= lastApplicationCode || ownCodes.has(code);
  return new PluginError(isKnown ? message : `${message} (code ${code})`, {
    code: isKnown ? code || ErrorCode.APPLICATION : ErrorCode.INTERNAL,
    retry,
    // A handler's word says that it may help; only the runtime knows that the call did not run (V2-E4).
    retrySafe: retry && origin === origins.runtime,
    details,
    plugin,
    origin: 'remote',
  });
}

function handlerFailure(error: unknown): Failure {
  if (!(error instanceof PluginError)) {
    return { code: ErrorCode.APPLICATION, message: messageOf(error), retry: false, details: undefined };
  }
  const { message, retry, details } = error;
  const isApplications = error.code > 0 && error.code <= lastApplicationCode;
  return { code: isApplications ? error.code : ErrorCode.APPLICATION, message, retry, details };
}

function runtimeFailure(error: unknown): Failure {
  const message = messageOf(error);
  if (!(error instanceof PluginartError)) {
    return { code: ErrorCode.INTERNAL, message, retry: false, details: undefined };
  }
  return { code: error.code, message, retry: error.retrySafe, details: undefined };
}

/** A handler may throw anything. */
function messageOf(error: unknown): string {
  try {
    return error instanceof Error ? error.message || error.name : String(error);
  } catch {
    return 'the handler threw a value that has no text';
  }
}
