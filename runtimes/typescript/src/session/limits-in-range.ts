import { LEAST_MAX_MESSAGE_BYTES, MAX_STREAM_WINDOW } from '../wire/limits.ts';

/** What Offer and Accept both say of what their sender receives. */
interface Limits {
  readonly maxMessageBytes: number;
  readonly streamWindow: number;
}

/** @returns what is out of range (V2-N3) */
export function outOfRange({ maxMessageBytes, streamWindow }: Limits): string | undefined {
  if (maxMessageBytes < LEAST_MAX_MESSAGE_BYTES) {
    return `messages of at most ${maxMessageBytes} bytes; ${LEAST_MAX_MESSAGE_BYTES} is the least`;
  }
  if (streamWindow > MAX_STREAM_WINDOW) {
    return `a stream window of ${streamWindow} bytes; ${MAX_STREAM_WINDOW} is the most`;
  }
  return undefined;
}
