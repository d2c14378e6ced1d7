import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';

import {
  holdHostDirectory,
  MAX_SOCKET_PATH_BYTES,
  makeHostDirectory,
  sweepDeadHosts,
  temporaryDirectory,
} from './host-directory.ts';

const base = await mkdtemp('/tmp/sweep-');
const outerTmpdir = process.env.TMPDIR;
process.env.TMPDIR = base;
after(async () => {
  if (outerTmpdir === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = outerTmpdir;
  await rm(base, { recursive: true, force: true });
});

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

test('the directory is private, and its socket paths are short whatever the plugin is called', async () => {
  const directory = await holdHostDirectory(await makeHostDirectory());
  assert.equal((await stat(directory.path)).mode & 0o777, 0o700);
  assert.match(directory.newSocketPath('echo'), /\/echo-1\.sock$/);
  for (const name of ['x'.repeat(300), '../../etc', 'ä€😀'.repeat(50)]) {
    const path = directory.newSocketPath(name);
    assert.ok(Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES, path);
    assert.equal(join(path, '..'), directory.path);
  }
  await directory.remove();
  assert.equal(await exists(directory.path), false);
});

test('a temporary directory that is missing is named', async () => {
  process.env.TMPDIR = '/no/such/directory';
  await assert.rejects(makeHostDirectory(), /in \/no\/such\/directory: ENOENT.*; set TMPDIR to/);
  process.env.TMPDIR = base;
});

test('a temporary directory that is too long is not used', () => {
  assert.equal(temporaryDirectory('/tmp/short'), '/tmp/short');
  assert.equal(temporaryDirectory(`/tmp/${'x'.repeat(80)}`), '/tmp');
});

test('directories of dead hosts are swept; of living, young and foreign ones not', async () => {
  const living = await holdHostDirectory(await makeHostDirectory());
  const dead = join(base, 'pluginart-dead00');
  const young = join(base, 'pluginart-young0');
  const foreign = join(base, 'pluginart-something-else');
  for (const path of [dead, young, foreign]) await mkdir(join(path, 'inside'), { recursive: true });
  const longAgo = new Date(Date.now() - 3_600_000);
  for (const path of [dead, foreign, living.path]) await utimes(path, longAgo, longAgo);
  await sweepDeadHosts();
  assert.equal(await exists(dead), false);
  assert.equal(await exists(young), true);
  assert.equal(await exists(foreign), true);
  assert.equal(await exists(living.path), true);
  await living.remove();
});
