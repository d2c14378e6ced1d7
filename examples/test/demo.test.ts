import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { repository } from './documentation.ts';
import { skipWithoutGo } from './go.ts';
import { skipWithoutPython } from './python.ts';

test('the demo shows what it says', () => {
  const demo = join(repository, 'examples', 'demo', 'dist', 'main.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [demo], { encoding: 'utf8' });
  assert.equal(stderr, '');
  assert.equal(status, 0, stdout);
  for (const shown of [
    /-> \{ output: 'HELLO, PLUGIN' \}/,
    /-> 'BUILT BY HAND'/,
    /^ {2}README\.md +[\d,]+ /m,
    /HandshakeError: contract mismatch/,
    /signal SIGKILL, safe to retry/,
    /code CANCELLED/,
    /ended with exit code\s+0\./,
    /^ {2}echo-ts +HELLO/m,
  ]) {
    assert.match(stdout, shown);
  }
  if (skipWithoutGo !== false) assert.match(stdout, /SKIPPED: there is no go/);
  if (skipWithoutPython !== false) assert.match(stdout, /SKIPPED: there is no .*python/);
  if (skipWithoutGo === false && skipWithoutPython === false) {
    for (const plugin of ['echo-ts', 'echo-go', 'echo-py'])
      assert.match(stdout, new RegExp(`^ {2}${plugin} +HELLO +HELLO +HELLO$`, 'm'));
  }
  // Each is shown, or said to be missing.
  for (const plugin of ['repeat-ts', 'repeat-go', 'repeat-py']) {
    const shown = new RegExp(
      `^ {2}${plugin} +hip hip|docker build -f examples/plugin-${plugin}/Dockerfile`,
      'm',
    );
    assert.match(stdout, shown);
  }
});
