import type { Bytes } from '../../../../protocol/vectors/generate/bytes.ts';
import { PluginartError } from '../../src/errors/index.ts';
import { type DecoderMode, FrameDecoder } from '../../src/wire/frame-decoder.ts';

export interface ExpectedFrame {
  readonly type: number;
  readonly flags?: number;
  readonly stream?: number;
  readonly arg?: number;
  readonly metadata?: Bytes;
  readonly payload?: Bytes;
  readonly body?: Bytes;
}

export interface FrameVector {
  readonly name: string;
  readonly mode: DecoderMode;
  readonly bytes: Bytes;
  readonly frames: readonly ExpectedFrame[];
  readonly error?: { readonly code: number; readonly rule: string };
}

/** One frame that came out, its bytes copied. */
export interface DecodedFrame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly arg: number;
  readonly metadata: Buffer;
  readonly body: Buffer;
}

export interface Decoded {
  readonly frames: readonly DecodedFrame[];
  readonly error: PluginartError | undefined;
}

/** Pushes the chunks through a fresh decoder, until it throws. */
export function decode(mode: DecoderMode, chunks: Iterable<Buffer>): Decoded {
  const frames: DecodedFrame[] = [];
  const decoder = new FrameDecoder((frame) => {
    const { type, flags, stream, arg, bytes, start, bodyStart, end } = frame;
    frames.push({
      type,
      flags,
      stream,
      arg,
      metadata: Buffer.from(bytes.subarray(start, bodyStart)),
      body: Buffer.from(bytes.subarray(bodyStart, end)),
    });
  });
  decoder.setMode(mode);
  try {
    for (const chunk of chunks) {
      // As with a socket's buffer, which the next read overwrites.
      const lent = Buffer.from(chunk);
      decoder.push(lent);
      lent.fill(0xee);
    }
  } catch (error) {
    if (error instanceof PluginartError) return { frames, error };
    throw error;
  }
  return { frames, error: undefined };
}

export function* oneByteAtATime(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at++) yield bytes.subarray(at, at + 1);
}

export function* pieces(bytes: Buffer, length: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}
