import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Tail } from './tail.ts';

test('the last 20 lines are kept, long ones shortened', () => {
  const tail = new Tail();
  for (let line = 1; line <= 30; line++) tail.add(`line ${line}`);
  tail.add('');
  tail.add('x'.repeat(65_536));
  const lines = tail.lines();
  assert.equal(lines.length, 20);
  assert.equal(lines[0], 'line 12');
  assert.equal(lines[18], 'line 30');
  assert.match(lines[19]!, /^x{2000}\.\.\. \(63536 more characters\)$/);
});
