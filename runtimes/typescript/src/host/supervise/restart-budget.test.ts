import assert from 'node:assert/strict';
import { test } from 'node:test';

import { RestartBudget } from './restart-budget.ts';

test('the wait doubles up to its limit, and after max_restarts it gives up', () => {
  const budget = new RestartBudget({ maxRestarts: 5, backoffMaxMs: 6_000, stableAfterMs: 10_000 });
  const waits = [1, 2, 3, 4, 5, 6].map((second) => budget.failed(second * 1_000));
  assert.deepEqual(waits, [1_000, 2_000, 4_000, 6_000, 6_000, undefined]);
});

test('only a plugin that stayed ready starts anew', () => {
  const budget = new RestartBudget({ maxRestarts: 2, backoffMaxMs: 30_000, stableAfterMs: 10_000 });
  assert.equal(budget.failed(0), 1_000);
  budget.ready(1_000);
  assert.equal(budget.failed(10_999), 2_000);
  budget.ready(20_000);
  assert.equal(budget.failed(30_000), 1_000);
  assert.equal(budget.failures, 1);
});

test('without a limit it goes on for ever, and no wait overflows', () => {
  const budget = new RestartBudget({
    maxRestarts: Number.POSITIVE_INFINITY,
    backoffMaxMs: 30_000,
    stableAfterMs: 10_000,
  });
  let last: number | undefined;
  for (let failure = 0; failure < 2_000; failure++) last = budget.failed(0);
  assert.equal(last, 30_000);
});

test('zero restarts means none', () => {
  const budget = new RestartBudget({ maxRestarts: 0, backoffMaxMs: 30_000, stableAfterMs: 10_000 });
  assert.equal(budget.failed(0), undefined);
});
