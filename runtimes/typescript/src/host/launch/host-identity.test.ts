import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

import { hostIdentity, isCertainlyGone } from './host-identity.ts';

const [scope, pid, start] = hostIdentity().split('/') as [string, string, string];

test('this process lives, and whoever had its number before does not', () => {
  assert.equal(pid, `${process.pid}`);
  assert.equal(isCertainlyGone(hostIdentity()), false);
  assert.equal(isCertainlyGone(`${scope}/${pid}/1`), process.platform === 'linux');
});

test('a process that has ended is gone', () => {
  const ended = spawnSync('/bin/sh', ['-c', 'exit']).pid;
  assert.equal(isCertainlyGone(`${scope}/${ended}/${start}`), true);
});

test('nobody is judged who cannot be seen from here', () => {
  for (const identity of [`elsewhere/${pid}/1`, `${scope}/0/1`, `${scope}/-1/1`, `${scope}/x/1`, scope, '']) {
    assert.equal(isCertainlyGone(identity), false, identity);
  }
});
