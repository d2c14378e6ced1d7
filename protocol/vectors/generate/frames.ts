import { text, u8, u16, u32 } from './bytes.ts';

/** Codes that the vectors expect. */
export const PROTOCOL_VIOLATION = 0xf00a;
export const INVALID_PAYLOAD = 0xf006;

export const V1 = {
  HANDSHAKE_REQUEST: 1,
  HANDSHAKE_RESPONSE: 2,
  CALL_REQUEST: 3,
  CALL_RESPONSE: 4,
  PLUGIN_ERROR: 5,
  CANCEL: 6,
  PING: 7,
  PONG: 8,
} as const;

export function v1Header(type: number, length: number): Buffer {
  return Buffer.concat([text('PLGN'), u32(length), u8(type)]);
}

export function v1Frame(type: number, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  return Buffer.concat([v1Header(type, payload.length), payload]);
}

export const V2 = {
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

export const COMPRESSED = 1;
export const SHARED = 2;
export const UP = 4;
export const MORE = 8;
export const CONT = 16;
export const DOWN = 32;

export interface V2Frame {
  readonly type: number;
  readonly flags?: number;
  readonly metadata?: Uint8Array;
  readonly stream?: number;
  readonly arg?: number;
  readonly body?: Uint8Array;
  /** What the header says in place of the truth. */
  readonly length?: number;
  readonly meta?: number;
}

export function v2Frame(frame: V2Frame): Buffer {
  const metadata = frame.metadata ?? Buffer.alloc(0);
  const body = frame.body ?? Buffer.alloc(0);
  return Buffer.concat([
    u32(frame.length ?? metadata.length + body.length),
    u8(frame.type),
    u8(frame.flags ?? 0),
    u16(frame.meta ?? metadata.length),
    u32(frame.stream ?? 0),
    u32(frame.arg ?? 0),
    metadata,
    body,
  ]);
}
