import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CHUNK_BYTES, ChunkPool } from './chunk-pool.ts';

describe('ChunkPool', () => {
  it('gives a chunk again only once it was taken back', () => {
    const pool = new ChunkPool();
    const first = pool.take();
    assert.equal(first.length, CHUNK_BYTES);
    assert.equal(first.buffer.byteLength, CHUNK_BYTES);
    pool.lend(first);
    assert.notEqual(pool.take(), first);
    pool.takeBack();
    assert.equal(pool.take(), first);
    assert.notEqual(pool.take(), first);
  });

  it('keeps few, and none of another size', () => {
    const pool = new ChunkPool();
    const chunks = Array.from({ length: 10 }, () => pool.take());
    for (const chunk of chunks) pool.lend(chunk);
    pool.lend(Buffer.allocUnsafeSlow(2 * CHUNK_BYTES));
    pool.takeBack();
    const again = Array.from({ length: 10 }, () => pool.take());
    assert.equal(again.filter((chunk) => chunks.includes(chunk)).length, 4);
    assert.ok(again.every(({ length }) => length === CHUNK_BYTES));
  });
});
