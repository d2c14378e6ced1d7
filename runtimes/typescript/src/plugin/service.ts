import type { Reader } from '../codec/reader.ts';
import type { CallMetadata } from '../session/caller.ts';
import type { CallHead, ResponseEncoder, Streaming } from '../session/method.ts';

/** What a handler may know about the call it answers. */
export interface CallContext {
  /** The method's name, `Echo`; empty for raw handlers. */
  readonly method: string;
  /** Aborts when the caller gives up, its deadline passes or the connection ends. Pass it on. */
  readonly signal: AbortSignal;
  /** Milliseconds left, at least 0; undefined = no deadline. */
  readonly remainingMs: number | undefined;
  readonly metadata: CallMetadata;
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
}

/**
 * Answers one encoded `CallRequest` with one encoded `CallResponse`. The payload is its own, 8-byte aligned; what it
 * returns is not copied and must not change any more.
 */
export type RawHandler = (payload: Buffer, context: CallContext) => Uint8Array | Promise<Uint8Array>;

export interface ServiceMethod<Request, Response> extends ResponseEncoder<Response> {
  readonly name: string;
  readonly code: number;
  readonly streaming: Streaming;
  /** Reads the payload table at `at` in the reader. Throws INVALID_PAYLOAD. */
  decodeRequest(reader: Reader, at: number): Request;
  handle(request: Request, context: CallContext): Response | Promise<Response>;
}

/** What a generated `echoService({...})` returns and `serve` takes. */
export interface Service {
  readonly name: string;
  readonly contractHash: string;
  /** The schema's text, for tools that ask the running plugin. */
  readonly schema: string | undefined;
  /** By type code; `methods[0]` is undefined. */
  // biome-ignore lint/suspicious/noExplicitAny: each method has its own two types
  readonly methods: readonly (ServiceMethod<any, any> | undefined)[];
  /** Reads the head of one `CallRequest`: all that the reader was reset to. Throws INVALID_PAYLOAD. */
  readHead(reader: Reader, head: CallHead): void;
}
