import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isBad, judge, type Verdict } from './verdict.ts';

const verdict = (failure: string | undefined): Verdict => ({
  cell: 'ts/go/unix/v2',
  name: 'echo/text',
  rules: ['FB1'],
  failure,
  ms: 1,
});

test('a failure is bad unless it is known, and then a pass is', () => {
  const outcomes = [
    judge(verdict(undefined), []),
    judge(verdict('no'), []),
    judge(verdict('no'), ['echo/text']),
    judge(verdict(undefined), ['echo/text']),
  ];
  assert.deepEqual(
    outcomes.map(({ outcome }) => outcome),
    ['passed', 'failed', 'known to fail', 'passed unexpectedly'],
  );
  assert.deepEqual(outcomes.map(isBad), [false, true, false, true]);
});
