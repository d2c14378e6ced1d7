import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ErrorCode } from '../errors/index.ts';
import { decode } from './message.ts';
import type { Reader } from './reader.ts';
import { readFloat64Vector, readStringVector } from './vector-readers.ts';

interface Tree {
  name: string | undefined;
  strings: string[] | undefined;
  numbers: number[] | undefined;
  children: Tree[] | undefined;
}

/** What would be generated for `table Tree { name: string; strings: [string]; numbers: [double]; children: [Tree]; }`. */
function decodeTree(reader: Reader, at: number, depth: number): Tree {
  reader.table(at, depth);
  const nameAt = reader.field(4, 4);
  const stringsAt = reader.field(6, 4);
  const numbersAt = reader.field(8, 4);
  const childrenAt = reader.field(10, 4);
  return {
    name: nameAt === 0 ? undefined : reader.string(nameAt),
    strings: stringsAt === 0 ? undefined : readStringVector(reader, stringsAt),
    numbers: numbersAt === 0 ? undefined : readFloat64Vector(reader, numbersAt),
    children: childrenAt === 0 ? undefined : readChildren(reader, childrenAt, depth + 1),
  };
}

function readChildren(reader: Reader, slot: number, depth: number): Tree[] {
  const first = reader.vector(slot, 4);
  const { count } = reader;
  return Array.from({ length: count }, (_, i) => decodeTree(reader, reader.indirect(first + 4 * i), depth));
}

/** A root with one field, the one with the given slot, whose offset leads to what follows at byte 24. */
function messageWith(slot: number, rest: readonly number[] | Buffer): Buffer {
  const head = Buffer.alloc(24);
  head.writeUInt32LE(16, 0);
  head.writeUInt16LE(12, 4);
  head.writeUInt16LE(8, 6);
  head.writeUInt16LE(4, 8 + 2 * slot);
  head.writeInt32LE(12, 16);
  head.writeUInt32LE(4, 20);
  return Buffer.concat([head, Buffer.from(rest)]);
}

function uint32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => {
    bytes.writeUInt32LE(value >>> 0, 4 * i);
  });
  return bytes;
}

const NAME = 0;
const STRINGS = 1;
const NUMBERS = 2;
const CHILDREN = 3;

function refused(bytes: Buffer, message: RegExp): void {
  assert.throws(() => decode(decodeTree, bytes), {
    name: 'PluginartError',
    code: ErrorCode.INVALID_PAYLOAD,
    message,
  });
}

describe('the reader takes', () => {
  it('a string', () => {
    assert.equal(decode(decodeTree, messageWith(NAME, [3, 0, 0, 0, 97, 98, 99, 0])).name, 'abc');
  });

  it('a message that is not aligned, and part of a larger buffer', () => {
    const message = messageWith(
      NUMBERS,
      Buffer.concat([uint32(1), Buffer.from(Float64Array.of(1.5).buffer)]),
    );
    const larger = Buffer.concat([Buffer.alloc(7, 255), message, Buffer.alloc(9, 255)]);
    assert.deepEqual(decode(decodeTree, larger.subarray(7, 7 + message.length)).numbers, [1.5]);
    const plain = new Uint8Array(larger.buffer, larger.byteOffset + 7, message.length);
    assert.deepEqual(decode(decodeTree, plain).numbers, [1.5]);
  });

  it('many strings out of a message that is larger than one window, in any order', () => {
    const texts = Array.from({ length: 2000 }, (_, i) => `text number ${i}${i % 5 === 0 ? ' é' : ''}`);
    for (const order of [texts, [...texts].reverse(), [...texts].sort()]) {
      const offsets: number[] = [];
      const parts: Buffer[] = [];
      const places = new Map<string, number>();
      let at = 4 + 4 * texts.length;
      for (const text of order) {
        const bytes = Buffer.from(`${text}\0`);
        places.set(text, at);
        parts.push(uint32(bytes.length - 1), bytes);
        at += 4 + bytes.length;
      }
      texts.forEach((text, i) => {
        offsets.push(places.get(text)! - (4 + 4 * i));
      });
      const message = messageWith(
        STRINGS,
        Buffer.concat([uint32(texts.length), uint32(...offsets), ...parts]),
      );
      assert.deepEqual(decode(decodeTree, message).strings, texts);
    }
  });

  it('U+FFFD where it is meant', () => {
    const bytes = Buffer.from('\ufffd ä');
    const message = messageWith(NAME, Buffer.concat([uint32(bytes.length), bytes, Buffer.alloc(1)]));
    assert.equal(decode(decodeTree, message).name, '\ufffd ä');
  });
});

describe('the reader refuses', () => {
  it('what is too short', () => {
    for (let length = 0; length < 24; length++) {
      refused(messageWith(NAME, []).subarray(0, length), /too short|leads out of it|cannot have|outside/);
    }
  });

  it('30,000,000 elements in 68 bytes, without making room for them', () => {
    const message = messageWith(NUMBERS, Buffer.concat([uint32(30_000_000), Buffer.alloc(40)]));
    assert.equal(message.length, 68);
    const before = process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed;
    refused(message, /a vector of 30000000 elements, of 8 bytes each, leads out of it/);
    refused(
      messageWith(STRINGS, Buffer.concat([uint32(30_000_000), Buffer.alloc(40)])),
      /a vector of 30000000 elements/,
    );
    refused(
      messageWith(NAME, Buffer.concat([uint32(30_000_000), Buffer.alloc(40)])),
      /a string of 30000000 bytes/,
    );
    const after = process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed;
    assert.ok(after - before < 16 * 1024 * 1024, `${after - before} bytes more`);
  });

  it('lengths and offsets beyond 2^31', () => {
    for (const length of [0x7fff_ffff, 0x8000_0000, 0xffff_fffc, 0xffff_ffff]) {
      for (const slot of [NAME, STRINGS, NUMBERS, CHILDREN])
        refused(messageWith(slot, uint32(length, 0, 0)), /leads out of it/);
    }
    for (const offset of [0, 0x8000_0000, 0xffff_fff0, 8, 7]) {
      const message = messageWith(NAME, [3, 0, 0, 0, 97, 98, 99, 0]);
      message.writeUInt32LE(offset, 20);
      refused(message, /leads out of it|zero byte/);
    }
  });

  it('vtables that are outside, odd or too large, and fields outside of their table', () => {
    const wrong: readonly (readonly [at: number, value: number, bytes: 2 | 4, message: RegExp])[] = [
      [16, 17, 4, /a vtable lies outside/],
      [16, -100, 4, /a vtable lies outside/],
      [16, 0x8000_0000, 4, /a vtable lies outside/],
      [4, 2, 2, /a vtable cannot have 2 bytes/],
      [4, 5, 2, /a vtable cannot have 5 bytes/],
      [4, 0xfffe, 2, /a vtable cannot have 65534 bytes/],
      [6, 3, 2, /a table cannot have 3 bytes/],
      [6, 0xffff, 2, /a table cannot have 65535 bytes/],
      [8, 5, 2, /a field lies outside of its table/],
      [8, 0xffff, 2, /a field lies outside of its table/],
    ];
    for (const [at, value, bytes, message] of wrong) {
      const changed = messageWith(NAME, [0, 0, 0, 0, 0, 0, 0, 0]);
      if (bytes === 2) changed.writeUInt16LE(value, at);
      else changed.writeInt32LE(value | 0, at);
      refused(changed, message);
    }
  });

  it('strings that are not UTF-8, or do not end with a zero byte', () => {
    refused(
      messageWith(NAME, [3, 0, 0, 0, 97, 98, 99, 1]),
      /byte 24 of 32: a string does not end with a zero byte/,
    );
    refused(messageWith(NAME, [3, 0, 0, 0, 97, 98, 99]), /a string of 3 bytes leads out of it/);
    for (const bad of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0x80], [0xf5, 0x80, 0x80, 0x80]]) {
      refused(
        messageWith(NAME, Buffer.concat([uint32(bad.length), Buffer.from(bad), Buffer.alloc(1)])),
        /not valid UTF-8/,
      );
      const long = Buffer.concat([Buffer.alloc(100, 97), Buffer.from(bad)]);
      refused(
        messageWith(NAME, Buffer.concat([uint32(long.length), long, Buffer.alloc(1)])),
        /not valid UTF-8/,
      );
    }
  });

  it('a small message that unfolds into a large value', () => {
    // A vector of 10,000 tables which are all the same one, with a string of 20,000 bytes.
    const count = 10_000;
    const offsets = Array.from({ length: count }, (_, i) => 4 * (count - i) + 8);
    const vtable = Buffer.from([6, 0, 8, 0, 4, 0, 0, 0]);
    const text = Buffer.concat([uint32(20_000), Buffer.alloc(20_000, 97), Buffer.alloc(1)]);
    const shared = Buffer.concat([vtable, uint32(8, 4), text]);
    refused(
      messageWith(CHILDREN, Buffer.concat([uint32(count), uint32(...offsets), shared])),
      /unfolds to more than 16 times/,
    );
  });

  it('a table that holds itself, and more than 64 of them within each other', () => {
    const message = messageWith(CHILDREN, uint32(1, 0));
    // Offsets cannot lead backwards, so a circle is none; the deepest nesting is a chain.
    refused(message, /leads out of it/);
    refused(chainOf(65), /more than 64 tables lie within each other/);
    assert.equal(depthOf(decode(decodeTree, chainOf(64))), 64);
  });
});

/** `length` trees, each but the last with one child; they share one vtable. */
function chainOf(length: number): Buffer {
  const vtable = Buffer.from([12, 0, 8, 0, 0, 0, 0, 0, 0, 0, 4, 0]);
  const last = Buffer.from([4, 0, 4, 0]);
  const parts = [uint32(20), vtable, last];
  for (let n = 0; n < length; n++) {
    const at = 20 + 16 * n;
    // Table (vtable, offset of the vector), then the vector with one offset, which leads to the next table.
    parts.push(n < length - 1 ? uint32(at - 4, 4, 1, 4) : uint32(at - 16));
  }
  return Buffer.concat(parts);
}

function depthOf(tree: Tree): number {
  return 1 + (tree.children?.[0] === undefined ? 0 : depthOf(tree.children[0]));
}
