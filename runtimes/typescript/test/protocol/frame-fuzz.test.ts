import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { bytesOf, readExchanges, readVectors } from '../../../../conformance/peers/vectors.ts';
import { ErrorCode, PluginartError } from '../../src/errors/index.ts';
import { FragmentAssembler } from '../../src/wire/fragment-assembler.ts';
import { type DecoderMode, FrameDecoder } from '../../src/wire/frame-decoder.ts';
import { checkFrame } from '../../src/wire/frame-rules.ts';
import { V2Flag } from '../../src/wire/frame-v2.ts';
import type { FrameVector } from './frame-vectors.ts';
import { chunks, mutate, Random } from './random.ts';

/** A million by PLUGINART_FUZZ=1000000. */
const rounds = Number(process.env.PLUGINART_FUZZ ?? 50_000);
/** Enough for the longest message there can be, four times over. */
const memoryBound = 64_000_000;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const vectors = ['v1-frames.json', 'v2-frames.json'].flatMap(
  (file) => readVectors<{ frames: FrameVector[] }>(file).frames,
);
const short = (bytes: Buffer): boolean => bytes.length < 2_000;
const streams: Readonly<Record<DecoderMode, readonly Buffer[]>> = {
  handshake: vectors.map(({ bytes }) => bytesOf(bytes)).filter(short),
  v1: vectors
    .filter(({ mode }) => mode === 'v1')
    .map(({ bytes }) => bytesOf(bytes))
    .filter(short),
  v2: [
    ...vectors.filter(({ mode }) => mode === 'v2').map(({ bytes }) => bytesOf(bytes)),
    ...readExchanges('plugin').map(({ bytes }) => bytesOf(bytes)),
  ].filter(short),
};

/** Reads as a connection does: frames, and from version 2 on their rules and their fragments. */
function read(mode: DecoderMode, stream: Iterable<Buffer>): number {
  const assembler = new FragmentAssembler(4_096);
  let bytes = 0;
  const decoder = new FrameDecoder((frame) => {
    bytes += frame.end - frame.start;
    assert.ok(
      frame.start <= frame.bodyStart && frame.bodyStart <= frame.end && frame.end <= frame.bytes.length,
    );
    if (mode !== 'v2' || !checkFrame(frame)) return;
    if ((frame.flags & (V2Flag.MORE | V2Flag.CONT)) === 0) return;
    const message = assembler.accept(frame, 0);
    if (message !== undefined) assert.ok(message.body.length <= 4_096);
    assert.ok(assembler.size <= 4);
  });
  decoder.setMode(mode);
  for (const chunk of stream) decoder.push(chunk);
  return bytes;
}

describe(`${rounds} mutated frame streams`, () => {
  const startedWith = process.memoryUsage().arrayBuffers;

  for (const [index, mode] of (['handshake', 'v1', 'v2'] as const).entries()) {
    test(mode, () => {
      const outcomes = { frames: 0, errors: 0 };
      for (let round = index; round < rounds; round += 3) {
        const random = new Random(round);
        const some = Array.from({ length: 1 + random.below(3) }, () => random.pick(streams[mode]));
        const stream = mutate(Buffer.concat(some), random);
        try {
          const bytes = read(mode, chunks(stream, random));
          assert.ok(bytes <= stream.length, `round ${round}: more came out than went in`);
          outcomes.frames++;
        } catch (error) {
          if (!(error instanceof PluginartError)) throw new Error(`round ${round}`, { cause: error });
          assert.equal(error.code, ErrorCode.PROTOCOL_VIOLATION, `round ${round}`);
          outcomes.errors++;
        }
      }
      // Both happen, or the mutations are too tame or too wild to find anything.
      assert.ok(outcomes.frames > rounds / 100, JSON.stringify(outcomes));
      assert.ok(outcomes.errors > rounds / 100, JSON.stringify(outcomes));
      collectGarbage();
      const grown = process.memoryUsage().arrayBuffers - startedWith;
      assert.ok(grown < memoryBound, `${grown} bytes held`);
    });
  }
});
