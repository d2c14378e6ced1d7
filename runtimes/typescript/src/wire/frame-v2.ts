/** Version 2 frames: a 16-byte header, then metadata and body. PROTOCOL.md, "Version 2". */

export const V2_HEADER_BYTES = 16;

export const V2Type = {
  CALL: 3,
  RESPONSE: 4,
  ERROR: 5,
  CANCEL: 6,
  PING: 7,
  PONG: 8,
  MESSAGE: 9,
  END: 10,
  CREDIT: 11,
  GOAWAY: 12,
  RELEASE: 13,
  DESCRIBE: 14,
  DESCRIPTION: 15,
} as const;

/** Types from here on break the connection; unknown ones below are skipped. */
export const V2_FIRST_CRITICAL_TYPE = 0x80;

export const V2Flag = {
  /** The body is a uint32 of the uncompressed length, then the compressed message. */
  COMPRESSED: 1,
  /** The body lies in shared memory. */
  SHARED: 2,
  /** On CALL: the caller will send MESSAGEs. */
  UP: 4,
  /** More frames of this message follow. */
  MORE: 8,
  /** This frame continues a message. */
  CONT: 16,
  /** On CALL: the callee will send MESSAGEs. */
  DOWN: 32,
} as const;

export const V2_RESERVED_FLAGS = 0xc0;

/**
 * Writes a header at `at`.
 * @param payloadBytes metadata and body together, at most 1 MiB
 * @param metadataBytes of which metadata
 */
export function writeV2Header(
  bytes: Buffer,
  at: number,
  payloadBytes: number,
  type: number,
  flags: number,
  metadataBytes: number,
  stream: number,
  arg: number,
): void {
  bytes[at] = payloadBytes;
  bytes[at + 1] = payloadBytes >>> 8;
  bytes[at + 2] = payloadBytes >>> 16;
  bytes[at + 3] = payloadBytes >>> 24;
  bytes[at + 4] = type;
  bytes[at + 5] = flags;
  bytes[at + 6] = metadataBytes;
  bytes[at + 7] = metadataBytes >>> 8;
  bytes[at + 8] = stream;
  bytes[at + 9] = stream >>> 8;
  bytes[at + 10] = stream >>> 16;
  bytes[at + 11] = stream >>> 24;
  bytes[at + 12] = arg;
  bytes[at + 13] = arg >>> 8;
  bytes[at + 14] = arg >>> 16;
  bytes[at + 15] = arg >>> 24;
}
