import type { CallEnvelope, CallHead } from '../codec/envelope.ts';
import type { Reader } from '../codec/reader.ts';
import type { Writer } from '../codec/writer.ts';
import { takeBytes } from '../wire/frame.ts';

export type { CallEnvelope, CallHead };

/** Whether a method's request, its response, or both are streams of messages. */
export type Streaming = 'none' | 'client' | 'server' | 'both';

/** One method as a caller sees it. Generated; see `pluginart gen bindings --target host`. */
export interface Method<Request, Response> {
  /** As the schema declares it: `Echo`. */
  readonly name: string;
  /** The service's name, for messages. */
  readonly service: string;
  /** The union type code that names it on the wire, from 1. */
  readonly code: number;
  readonly contractHash: string;
  /** A retry is safe even when the request may have arrived. */
  readonly idempotent: boolean;
  readonly streaming: Streaming;
  /** Appends one `CallRequest` at the writer's position. */
  encodeCall(writer: Writer, request: Request, envelope: CallEnvelope): void;
  /** Reads one `CallResponse`: all that the reader was reset to. Throws INVALID_PAYLOAD. */
  decodeResponse(reader: Reader): Response;
}

/** What can encode the answer to a call; a service's method. */
export interface ResponseEncoder<Response> {
  /** Appends one `CallResponse` at the writer's position. */
  encodeResponse(writer: Writer, response: Response, head: CallHead): void;
}

/**
 * The same method for those who build the `CallRequest` themselves and read the `CallResponse` by accessors.
 * @param decode gets the encoded `CallResponse`, 8-byte aligned and its own
 */
export function builderMethod<Accessor>(
  method: Method<never, unknown>,
  decode: (payload: Buffer) => Accessor,
): Method<Uint8Array, Accessor> {
  return {
    ...method,
    encodeCall(writer, payload) {
      writer.reserve(writer.position, payload.length);
      writer.bytes.set(payload, writer.position);
      writer.position += payload.length;
    },
    decodeResponse(reader) {
      return decode(takeBytes(reader.bytes, reader.start, reader.end, false));
    },
  };
}
