import assert from 'node:assert/strict';
import { hash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { sha256 } from './sha256.ts';

test('hashes as node:crypto does, whatever the length', () => {
  for (let length = 0; length < 300; length += 1) {
    const bytes = randomBytes(length);
    assert.equal(sha256(bytes), hash('sha256', bytes), `${length} bytes: ${bytes.toString('hex')}`);
  }
});

test('hashes part of a larger buffer, and a large one', () => {
  const large = randomBytes(1_000_003);
  assert.equal(sha256(large), hash('sha256', large));
  assert.equal(sha256(large.subarray(5, 77)), hash('sha256', large.subarray(5, 77)));
});
