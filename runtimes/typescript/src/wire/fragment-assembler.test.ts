import assert from 'node:assert/strict';
import { test } from 'node:test';

import { FragmentAssembler } from './fragment-assembler.ts';
import { Frame } from './frame.ts';
import { V2Flag, V2Type } from './frame-v2.ts';

function fragment(flags: number, bytes: Buffer): Frame {
  return Object.assign(new Frame(), { type: V2Type.CALL, stream: 1, flags, bytes, end: bytes.length });
}

function announcement(total: number): Frame {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(total));
  return fragment(V2Flag.MORE, bytes);
}

for (const length of [0, 1]) {
  test(`V2-M4: fragments of ${length} bytes cost what their message does, however many there are`, () => {
    const count = 1_000_000;
    const assembler = new FragmentAssembler(4 * count);
    assembler.accept(announcement(4 * count), 0);
    const between = fragment(V2Flag.MORE | V2Flag.CONT, Buffer.alloc(length, 7));
    const before = process.memoryUsage();
    for (let i = 0; i < count; i++) assert.equal(assembler.accept(between, 0), undefined);
    const after = process.memoryUsage();
    const kept = after.heapTotal + after.arrayBuffers - before.heapTotal - before.arrayBuffers;
    assert.ok(kept < 50_000_000, `${kept} bytes`);
    const rest = Buffer.alloc((4 - length) * count, 7);
    const message = assembler.accept(fragment(V2Flag.CONT, rest), 0);
    assert.ok(message !== undefined);
    assert.ok(message.body.equals(Buffer.alloc(4 * count, 7)));
    assert.equal(message.body.byteOffset % 8, 0);
    assert.equal(assembler.size, 0);
  });
}
