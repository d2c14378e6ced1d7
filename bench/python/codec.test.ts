import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const python = fileURLToPath(new URL('../../runtimes/python/.venv/bin/python', import.meta.url));
const strict = process.env.PLUGINART_STRICT === '1';
const isThere = existsSync(python) && spawnSync('flatc', ['--version']).status === 0;
const skip =
  isThere || strict ? false : 'THE BENCHMARK OF PYTHON CODECS IS NOT TRIED: it takes Python and flatc';

test('the benchmark of Python codecs compares the same values on both sides, and judges each', {
  skip,
}, () => {
  const args = ['-W', 'error', '-m', 'codec', '--rounds', '1', '--slice-ms', '2'];
  const { status, stdout, stderr } = spawnSync(python, args, {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    encoding: 'utf8',
  });
  assert.equal(status, 0, stdout + stderr);
  const rows = stdout.split('\n').filter((line) => /(met|MISSED) \(at least 2\)$/.test(line));
  assert.equal(rows.length, 6, stdout);
});
