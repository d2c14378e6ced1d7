import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bytesOf, readVectors } from '../../../../conformance/peers/vectors.ts';
import type { DecoderMode } from '../../src/wire/frame-decoder.ts';
import { FrameDecoder } from '../../src/wire/frame-decoder.ts';
import {
  type Decoded,
  decode,
  type ExpectedFrame,
  type FrameVector,
  oneByteAtATime,
  pieces,
} from './frame-vectors.ts';

/** Beyond this a vector goes in pieces of 1,000 bytes, not one. */
const byteByByteLimit = 100_000;

const { frames: v1Frames } = readVectors<{ frames: FrameVector[] }>('v1-frames.json');
const { frames: v2Frames } = readVectors<{ frames: FrameVector[] }>('v2-frames.json');
const { malformed, incomplete } = readVectors<{ malformed: FrameVector[]; incomplete: FrameVector[] }>(
  'malformed-frames.json',
);

function check(decoded: Decoded, expected: readonly ExpectedFrame[], code: number | undefined): void {
  assert.equal(decoded.error?.code, code);
  assert.equal(decoded.frames.length, expected.length);
  expected.forEach((frame, index) => {
    const actual = decoded.frames[index]!;
    assert.equal(actual.type, frame.type);
    assert.equal(actual.flags, frame.flags ?? 0);
    assert.equal(actual.stream, frame.stream ?? 0);
    assert.equal(actual.arg, frame.arg ?? 0);
    assert.ok(actual.metadata.equals(bytesOf(frame.metadata ?? '')), 'metadata');
    assert.ok(actual.body.equals(bytesOf(frame.body ?? frame.payload ?? '')), 'body');
  });
}

describe('frames', () => {
  for (const { mode, name, bytes, frames, error } of [
    ...v1Frames,
    ...v2Frames,
    ...malformed,
    ...incomplete,
  ]) {
    test(`${mode}: ${name}`, () => {
      const laid = bytesOf(bytes);
      check(decode(mode, [laid]), frames, error?.code);
      const small = laid.length > byteByByteLimit ? pieces(laid, 1_000) : oneByteAtATime(laid);
      check(decode(mode, small), frames, error?.code);
    });
  }

  for (const [mode, vectors] of [
    ['v1', v1Frames],
    ['v2', v2Frames],
  ] as const) {
    test(`${mode}: all in one read, and in pieces of many lengths`, () => {
      const valid = vectors.filter((vector) => vector.mode === mode);
      const all = Buffer.concat(valid.map((vector) => bytesOf(vector.bytes)));
      const frames = valid.flatMap((vector) => vector.frames);
      check(decode(mode, [all]), frames, undefined);
      for (const length of [7, 16, 17, 4_096, 65_537]) {
        if (length > 16 || all.length < 3_000_000)
          check(decode(mode, pieces(all, length)), frames, undefined);
      }
    });
  }
});

describe('the handshake', () => {
  const handshake = bytesOf(v1Frames.find((vector) => vector.mode === 'handshake')!.bytes);
  const following: Record<Exclude<DecoderMode, 'handshake'>, FrameVector> = {
    v1: v1Frames.find((vector) => vector.name === 'three frames in one read')!,
    v2: v2Frames.find((vector) => vector.name === 'three frames in one read')!,
  };
  for (const mode of ['v1', 'v2'] as const) {
    const { bytes, frames } = following[mode];
    const types = [1, ...frames.map((frame) => frame.type)];

    for (const [how, cut] of [
      ['whole', (all: Buffer) => [all]],
      ['byte by byte', oneByteAtATime],
    ] as const) {
      test(`${mode} frames behind it, ${how}, the mode told at once`, () => {
        const seen: number[] = [];
        const decoder = new FrameDecoder((frame) => {
          seen.push(frame.type);
          if (seen.length === 1) decoder.setMode(mode);
        });
        for (const chunk of cut(Buffer.concat([handshake, bytesOf(bytes)]))) decoder.push(chunk);
        assert.deepEqual(seen, types);
      });
    }

    test(`${mode} frames behind it wait until the mode is told`, () => {
      const seen: number[] = [];
      const decoder = new FrameDecoder((frame) => seen.push(frame.type));
      decoder.push(handshake);
      assert.equal(decoder.hasPending, false);
      decoder.push(bytesOf(bytes));
      assert.deepEqual(seen, [1]);
      assert.equal(decoder.hasPending, true);
      decoder.setMode(mode);
      decoder.push(Buffer.alloc(0));
      assert.deepEqual(seen, types);
      assert.equal(decoder.hasPending, false);
    });
  }

  test('bytes behind it are seen at the time of the frame', () => {
    const pending: boolean[] = [];
    for (const more of [0, 1]) {
      const decoder = new FrameDecoder(() => pending.push(decoder.hasPending));
      decoder.push(Buffer.concat([handshake, Buffer.alloc(more)]));
    }
    assert.deepEqual(pending, [false, true]);
  });
});

test('a header alone makes nobody set memory aside', () => {
  const header = bytesOf(incomplete.find((vector) => vector.name === 'a header of 4 MiB and silence')!.bytes);
  const before = process.memoryUsage().arrayBuffers;
  const decoders = Array.from({ length: 100 }, () => {
    const decoder = new FrameDecoder(() => {});
    decoder.setMode('v1');
    decoder.push(header);
    return decoder;
  });
  const grown = process.memoryUsage().arrayBuffers - before;
  assert.ok(grown < 20_000_000, `${grown} bytes for ${decoders.length} headers`);
});
