/** Version 1 frames: `PLGN`, length uint32, type uint8, payload. PROTOCOL.md, "Version 1". */

export const V1_HEADER_BYTES = 9;
/** `PLGN` read as a little-endian uint32. */
export const V1_MAGIC = 0x4e474c50;

export const V1Type = {
  HANDSHAKE_REQUEST: 1,
  HANDSHAKE_RESPONSE: 2,
  CALL_REQUEST: 3,
  CALL_RESPONSE: 4,
  PLUGIN_ERROR: 5,
  CANCEL: 6,
  PING: 7,
  PONG: 8,
} as const;

/** A whole frame, for the control messages and for payloads small enough to copy. */
export function v1Frame(type: number, payload: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(V1_HEADER_BYTES + payload.length);
  writeV1Header(frame, 0, type, payload.length);
  frame.set(payload, V1_HEADER_BYTES);
  return frame;
}

export function writeV1Header(bytes: Buffer, at: number, type: number, payloadBytes: number): void {
  bytes.writeUInt32LE(V1_MAGIC, at);
  bytes.writeUInt32LE(payloadBytes, at + 4);
  bytes[at + 8] = type;
}
