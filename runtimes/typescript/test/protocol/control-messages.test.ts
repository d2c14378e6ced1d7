import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bytesOf, readVectors } from '../../../../conformance/peers/vectors.ts';
import type { Bytes } from '../../../../protocol/vectors/generate/bytes.ts';
import { PluginartError } from '../../src/errors/index.ts';
import * as control from '../../src/wire/control.ts';
import { mutate, Random } from './random.ts';

interface Vector {
  readonly name: string;
  readonly message: string;
  readonly bytes: Bytes;
  readonly value: unknown;
  readonly error: { readonly code: number };
}

type Decode = (bytes: Buffer, start: number, end: number) => object;

const decoders: Readonly<Record<string, Decode>> = {
  HandshakeRequest: control.decodeHandshakeRequest,
  HandshakeResponse: control.decodeHandshakeResponse,
  Ping: control.decodePing,
  Pong: control.decodePing,
  PluginError: control.decodePluginError,
  CallMeta: control.decodeCallMeta,
  Description: control.decodeDescription,
};
const encoders: Readonly<Record<string, (value: never) => Buffer>> = {
  HandshakeRequest: control.encodeHandshakeRequest,
  HandshakeResponse: control.encodeHandshakeResponse,
  Ping: control.encodePing,
  Pong: control.encodePing,
  PluginError: control.encodePluginError,
  CallMeta: control.encodeCallMeta,
  Description: control.encodeDescription,
};

/** What the schema says where a field is absent. */
const defaults: Readonly<Record<string, unknown>> = {
  protocol_version: 1,
  max_message_bytes: 4_194_304,
  max_concurrent_calls: 256,
  stream_window: 1_048_576,
  ok: false,
  code: 0,
  version: 0,
  shared_memory: false,
  retry: false,
  origin: 0,
  seq: '0',
  size: '0',
};

/** A decoded value as the vectors spell it. Fields with their default are left out, as absent ones are. */
function spelled(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as Iterable<number>);
  if (Array.isArray(value)) return value.map(spelled);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value)
    .map(([name, field]): [string, unknown] => [
      name.replaceAll(/[A-Z]/g, (c) => `_${c.toLowerCase()}`),
      spelled(field),
    ])
    .filter(([name, field]) => field !== undefined && field !== null && field !== defaults[name]);
  return Object.fromEntries(fields);
}

const { messages, malformed } =
  readVectors<Record<'messages' | 'malformed', Vector[]>>('control-messages.json');

describe('control messages', () => {
  for (const { name, message, bytes, value } of messages) {
    test(`${message}: ${name}`, () => {
      const laid = bytesOf(bytes);
      const decoded = decoders[message]!(laid, 0, laid.length);
      assert.deepEqual(spelled(decoded), spelled(value));
      // At any place in a larger buffer, aligned or not.
      const amid = Buffer.concat([Buffer.alloc(5, 0xff), laid, Buffer.alloc(3, 0xff)]);
      assert.deepEqual(decoders[message]!(amid, 5, 5 + laid.length), decoded);
      const again = encoders[message]!(decoded as never);
      assert.deepEqual(decoders[message]!(again, 0, again.length), decoded);
    });
  }
});

describe('buffers that are no control messages', () => {
  for (const { name, message, bytes, error } of malformed) {
    test(`${message}: ${name}`, () => {
      const laid = bytesOf(bytes);
      for (const [buffer, start] of [
        [laid, 0],
        [Buffer.concat([Buffer.alloc(64, 1), laid, Buffer.alloc(64, 1)]), 64],
      ] as const) {
        assert.throws(
          () => decoders[message]!(buffer, start, start + laid.length),
          (thrown) => thrown instanceof PluginartError && thrown.code === error.code,
        );
      }
    });
  }
});

test('mutated control messages give a value or the typed error', () => {
  const laid = messages.map(({ message, bytes }) => ({ decode: decoders[message]!, bytes: bytesOf(bytes) }));
  const rounds = Number(process.env.PLUGINART_FUZZ ?? 50_000);
  const outcomes = { values: 0, errors: 0 };
  for (let round = 0; round < rounds; round++) {
    const random = new Random(round);
    const { decode, bytes } = random.pick(laid);
    const mutated = mutate(bytes, random);
    try {
      decode(mutated, 0, mutated.length);
      outcomes.values++;
    } catch (error) {
      if (!(error instanceof PluginartError)) throw new Error(`round ${round}`, { cause: error });
      outcomes.errors++;
    }
  }
  assert.ok(outcomes.values > rounds / 100 && outcomes.errors > rounds / 100, JSON.stringify(outcomes));
});
