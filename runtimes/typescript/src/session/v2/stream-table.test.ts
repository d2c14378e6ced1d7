import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { StreamTable } from './stream-table.ts';

describe('StreamTable', () => {
  it('finds what is open and nothing else', () => {
    const table = new StreamTable<{ id: number }>();
    table.add({ id: 1 });
    table.add({ id: 3 });
    assert.equal(table.get(1)?.id, 1);
    assert.equal(table.get(5), undefined);
    assert.equal(table.get(1 + 2 * 64), undefined, 'the same slot, another stream');
    table.delete(1);
    assert.equal(table.get(1), undefined);
    assert.equal(table.size, 1);
    table.delete(1);
    assert.equal(table.size, 1, 'what is not open is not deleted twice');
  });

  it('keeps a stream that stays open while many thousand others come and go', () => {
    const table = new StreamTable<{ id: number }>();
    table.add({ id: 1 });
    for (let id = 3; id < 20_001; id += 2) {
      table.add({ id });
      table.delete(id);
    }
    assert.equal(table.get(1)?.id, 1);
    assert.deepEqual(table.entries(), [{ id: 1 }]);
    table.delete(1);
    assert.equal(table.size, 0);
  });

  it('grows, and holds ids at the end of their range', () => {
    const table = new StreamTable<{ id: number }>();
    const ids = Array.from({ length: 1_000 }, (_, index) => (0xffff_ffff - 2 * index) >>> 0);
    for (const id of ids) table.add({ id });
    for (const id of ids) assert.equal(table.get(id)?.id, id);
    assert.equal(table.entries().length, 1_000);
    for (const id of ids) table.delete(id);
    assert.equal(table.size, 0);
    assert.deepEqual(table.entries(), []);
  });
});
