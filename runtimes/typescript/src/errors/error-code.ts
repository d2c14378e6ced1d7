/** What went wrong. 1 to 0xEFFF belong to the application; ours start at 0xF001. */
export const ErrorCode = {
  NONE: 0,
  APPLICATION: 1,
  CANCELLED: 0xf001,
  DEADLINE_EXCEEDED: 0xf002,
  UNAVAILABLE: 0xf003,
  RESOURCE_EXHAUSTED: 0xf004,
  UNIMPLEMENTED: 0xf005,
  INVALID_PAYLOAD: 0xf006,
  INTERNAL: 0xf007,
  UNAUTHENTICATED: 0xf008,
  CONTRACT_MISMATCH: 0xf009,
  PROTOCOL_VIOLATION: 0xf00a,
  CONFIG_INVALID: 0xf00b,
  STARTUP_FAILED: 0xf00c,
} as const;
export type ErrorCode = (typeof ErrorCode)[keyof typeof ErrorCode];
