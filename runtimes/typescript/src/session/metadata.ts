import { ErrorCode, PluginartError } from '../errors/index.ts';
import { decodeCallMeta, encodeCallMeta } from '../wire/control.ts';
import { MAX_METADATA_BYTES } from '../wire/limits.ts';
import type { CallMetadata } from './caller.ts';

/** The metadata of a CALL, encoded. @throws PluginartError RESOURCE_EXHAUSTED above 65,535 bytes */
export function encodeMetadata(metadata: CallMetadata): Buffer {
  const { traceparent, tracestate, baggage } = metadata;
  const entries = Object.entries(metadata.entries ?? {}).map(([key, value]) => ({ key, value }));
  const bytes = encodeCallMeta({ traceparent, tracestate, baggage, entries });
  if (bytes.length > MAX_METADATA_BYTES) {
    throw new PluginartError(
      ErrorCode.RESOURCE_EXHAUSTED,
      `the call's metadata is ${bytes.length} bytes long, at most ${MAX_METADATA_BYTES} can be sent`,
    );
  }
  return bytes;
}

/** @throws PluginartError INVALID_PAYLOAD */
export function decodeMetadata(bytes: Buffer, start: number, end: number): CallMetadata {
  const { traceparent, tracestate, baggage, entries } = decodeCallMeta(bytes, start, end);
  return {
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(tracestate === undefined ? {} : { tracestate }),
    ...(baggage === undefined ? {} : { baggage }),
    ...(entries === undefined
      ? {}
      : { entries: Object.fromEntries(entries.map(({ key, value }) => [key, value ?? ''])) }),
  };
}

/** The ids in a W3C `traceparent`, for envelopes that carry them; none where it is malformed. */
export function traceIds(traceparent: string): { traceId: string; spanId: string } | undefined {
  const match = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-[\da-f]{2}/.exec(traceparent);
  return match === null ? undefined : { traceId: match[1] as string, spanId: match[2] as string };
}
