/**
 * Calls for those who read them with the official FlatBuffers runtime. That one trusts every offset, so the
 * payload is walked and checked once, whole, before it is handed over.
 */
import type { CallHead, CallRequestEnvelope, CallResponseEnvelope } from './envelope.ts';
import { invalid } from './invalid.ts';
import { Reader } from './reader.ts';

/** A generated function that checks one table, which lies at `at`, and all that it holds. */
export type Verifier = (reader: Reader, at: number, depth: number) => void;

/**
 * Opens a `CallRequest`, which has to be all of `bytes` and of this method; its payload lies at `head.payload`.
 * Throws INVALID_PAYLOAD.
 */
export function openCallRequest(
  bytes: Uint8Array,
  envelope: CallRequestEnvelope,
  method: { readonly name: string; readonly code: number },
  verify: Verifier,
): CallHead {
  const reader = readerOf(bytes);
  const head: CallHead = {
    requestIdLow: 0,
    requestIdHigh: 0,
    code: 0,
    payload: 0,
    deadlineUnixMs: 0,
    traceId: undefined,
    spanId: undefined,
  };
  envelope.readHead(reader, head);
  if (head.code !== method.code) {
    throw invalid(
      `the call is for the method with type code ${head.code}, and not for ${method.name}, which has ${method.code}`,
    );
  }
  if (head.payload === 0) throw invalid(`the call of ${method.name} has no payload`);
  verify(reader, head.payload, 2);
  return head;
}

/** Opens a `CallResponse`, which has to be all of `bytes`: the position of its payload. Throws INVALID_PAYLOAD. */
export function openCallResponse(
  bytes: Uint8Array,
  envelope: CallResponseEnvelope,
  code: number,
  verify: Verifier,
): number {
  const reader = readerOf(bytes);
  const at = envelope.open(reader, code);
  verify(reader, at, 2);
  return at;
}

function readerOf(bytes: Uint8Array): Reader {
  const reader = new Reader();
  reader.reset(
    Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  );
  return reader;
}
