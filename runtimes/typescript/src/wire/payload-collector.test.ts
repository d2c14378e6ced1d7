import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PayloadCollector } from './payload-collector.ts';

function pattern(length: number): Buffer {
  return Buffer.from(Uint8Array.from({ length }, (_, i) => (i * 7) ^ (i >>> 8)));
}

describe('PayloadCollector', () => {
  for (const [length, step] of [
    [10, 1],
    [65_537, 4_096],
    [300_000, 65_536],
    [1_048_576, 100_003],
  ] as const) {
    it(`collects ${length} bytes out of a buffer of ${step} that is used again and again`, () => {
      const collector = new PayloadCollector();
      const sent = pattern(length);
      const reads = Buffer.alloc(step + 3);
      for (let round = 0; round < 2; round++) {
        collector.begin(length);
        while (collector.missing > 0) {
          const from = length - collector.missing;
          const taken = sent.copy(reads, 3, from, from + step);
          collector.add(reads, 3, 3 + taken);
        }
        const payload = collector.take();
        assert.ok(payload.equals(sent));
        assert.equal(payload.buffer.byteLength, length);
        assert.equal(collector.missing, 0);
      }
    });
  }

  it('sets little memory aside for a long payload of which little has come', () => {
    const before = process.memoryUsage().arrayBuffers;
    const collectors = Array.from({ length: 100 }, () => new PayloadCollector());
    for (const collector of collectors) {
      collector.begin(4_194_304);
      collector.add(Buffer.alloc(16), 0, 16);
    }
    assert.ok(process.memoryUsage().arrayBuffers - before < 10_000_000);
    assert.equal(collectors.at(-1)?.missing, 4_194_288);
  });
});
