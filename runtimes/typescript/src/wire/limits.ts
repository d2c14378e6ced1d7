/** Numbers of PROTOCOL.md that both sides hold to whatever is configured. Bytes, milliseconds, counts. */

/** Version 1: the largest payload of a frame, and so the largest message. */
export const V1_MAX_PAYLOAD_BYTES = 4_194_304;
/** Version 2: the largest payload of a frame; longer messages travel in fragments. */
export const V2_MAX_PAYLOAD_BYTES = 1_048_576;
/** Before the handshake is done, a frame's payload is at most this long. */
export const HANDSHAKE_MAX_PAYLOAD_BYTES = 65_536;
export const HANDSHAKE_TIMEOUT_MS = 5_000;
/** Connections of one listener that have not finished their handshake. */
export const MAX_UNFINISHED_HANDSHAKES = 16;

export const DEFAULT_MAX_MESSAGE_BYTES = 4_194_304;
/** The least that a side may say it takes. */
export const LEAST_MAX_MESSAGE_BYTES = 1_024;
export const DEFAULT_MAX_CONCURRENT_CALLS = 256;
export const DEFAULT_STREAM_WINDOW = 1_048_576;
/** The most that a stream's window, and its credit ever, may be. */
export const MAX_STREAM_WINDOW = 2_147_483_647;

/** Messages that may be unfinished at once in each direction. */
export const MAX_UNFINISHED_MESSAGES = 4;
/** Bytes in the socket that the peer has not taken, above which nothing more is handed over. */
export const MAX_UNSENT_BYTES = 1_048_576;
/** Metadata has a 16-bit length in the header. */
export const MAX_METADATA_BYTES = 65_535;
