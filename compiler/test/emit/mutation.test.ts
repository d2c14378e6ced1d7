import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import {
  CallRequestEnvelope,
  CallResponseEnvelope,
  encode,
  Reader,
  Writer,
} from '../../../runtimes/typescript/src/codec/index.ts';
import { PluginartError } from '../../../runtimes/typescript/src/errors/index.ts';
import { type Dynamic, loadModule, makeFolder, schemaNamed } from './generated.ts';
import { everything } from './rich-value.ts';

const rounds = Number(process.env.PLUGINART_FUZZ ?? 50_000);
const seed = Number(process.env.PLUGINART_SEED ?? 1);

const folder = makeFolder();
let codecs: Dynamic;
before(async () => {
  codecs = await loadModule(schemaNamed('rich'), 'host', 'codecs', folder.path);
});
after(() => folder.remove());

/** Mulberry32: small, and the same everywhere. */
function randomFrom(start: number): (below: number) => number {
  let state = start;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const interesting = [
  0, 1, 2, 3, 4, 5, 8, 0x7f, 0x80, 0xff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_fffc, 0xffff_ffff,
  30_000_000,
];

/** One to four changes: bytes, words, offsets that point elsewhere, pieces moved, the end cut off. */
function mutate(original: Buffer, random: (below: number) => number): Buffer {
  let bytes = Buffer.from(original);
  for (let changes = 1 + random(4); changes > 0 && bytes.length > 8; changes--) {
    const at = random(bytes.length - 4);
    switch (random(7)) {
      case 0:
        bytes[at]! ^= 1 << random(8);
        break;
      case 1:
        bytes[at] = random(256);
        break;
      case 2:
        bytes.writeUInt32LE(interesting[random(interesting.length)]!, at & ~3);
        break;
      case 3:
        bytes.writeInt32LE(random(2 * bytes.length) - bytes.length, at & ~3);
        break;
      case 4:
        bytes.writeUInt16LE(random(64), at & ~1);
        break;
      case 5:
        bytes.copyWithin(at, random(bytes.length), random(bytes.length));
        break;
      default:
        bytes = bytes.subarray(0, bytes.length - random(Math.min(64, bytes.length)));
    }
  }
  return bytes;
}

/** Bytes that a value takes at the very least: what a small message must not blow up. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string' || value instanceof Uint8Array) return value.length;
  if (Array.isArray(value)) return value.reduce((sum: number, each) => sum + 1 + sizeOf(each), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, each) => sum + sizeOf(each), 0);
}

/** Feeds mutated messages to a decoder; whatever else than a value or INVALID_PAYLOAD comes out is a failure. */
function fuzz(originals: readonly Buffer[], rounds: number, decodeOne: (reader: Reader) => Dynamic): void {
  const random = randomFrom(seed);
  const reader = new Reader();
  const counts = { value: 0, error: 0 };
  let slowestMs = 0;
  for (let round = 0; round < rounds; round++) {
    const bytes = mutate(originals[round % originals.length]!, random);
    const started = performance.now();
    try {
      reader.reset(bytes);
      assert.ok(sizeOf(decodeOne(reader)) <= 16 * bytes.length + 65_536, 'it unfolds');
      counts.value++;
    } catch (error) {
      if (!(error instanceof PluginartError) || error.code !== 0xf006) {
        throw new Error(`round ${round} of seed ${seed}: ${bytes.toString('base64')}`, { cause: error });
      }
      counts.error++;
    }
    slowestMs = Math.max(slowestMs, performance.now() - started);
  }
  assert.ok(counts.value > rounds / 50 && counts.error > rounds / 50, JSON.stringify(counts));
  assert.ok(slowestMs < 2000, `one took ${slowestMs} ms`);
}

it(`${rounds} mutated messages give a value or the one error, in bounded time and memory`, () => {
  const originals = everything.map((value) => encode(codecs.encodeEverythingRequest, value));
  fuzz(originals, rounds, (reader) => codecs.decodeEverythingRequest(reader, reader.root(), 1));
});

it(`and so do ${rounds} mutated calls and answers`, () => {
  const slots = { requestId: 0, deadlineUnixMs: 1, traceId: 2, spanId: 3, payload: 5 };
  const callRequest = new CallRequestEnvelope(slots);
  const callResponse = new CallResponseEnvelope({ requestId: 0, payload: 2 });
  const writer = new Writer();
  const envelope = { requestId: 2 ** 52, deadlineUnixMs: 1e12, traceId: 'trace', spanId: 'spän' };
  const value = { optionals: {}, node: { name: 'a node', children: [{ name: 'a child' }] } };

  codecs.encodeEverythingRequest(writer, callRequest.begin(writer, 1, envelope), value, 2);
  const call = Buffer.from(writer.bytes.subarray(0, writer.position));
  const head: Dynamic = {};
  fuzz([call], rounds, (reader) => {
    callRequest.readHead(reader, head);
    return [
      head.traceId,
      head.spanId,
      head.payload === 0 ? '' : codecs.decodeEverythingRequest(reader, head.payload, 2),
    ];
  });

  writer.position = 0;
  const answered = { requestIdLow: 1, requestIdHigh: 2 };
  codecs.encodeEverythingResponse(
    writer,
    callResponse.begin(writer, 1, answered as Dynamic),
    { everything: value },
    2,
  );
  const answer = Buffer.from(writer.bytes.subarray(0, writer.position));
  fuzz([answer], rounds, (reader) =>
    codecs.decodeEverythingResponse(reader, callResponse.open(reader, 1), 2),
  );
});
