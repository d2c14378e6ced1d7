import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';

import { behindGate, GO } from './starting-gate.ts';

function start(env: Record<string, string>, input: string) {
  const file = process.execPath;
  const script = 'process.stdout.write(JSON.stringify([process.pid, process.argv.slice(1), process.env]))';
  const gated = behindGate({
    file,
    args: ['-e', `process.stdin.pipe(process.stderr); ${script}`, 'a  b', '$c'],
    cwd: '/',
    env,
  });
  const child = spawn(gated!.file, gated!.args, { env });
  child.stdin.end(input);
  return child;
}

test('behind the gate a command is what it was: its process, arguments, environment and stdin', async () => {
  for (const env of [{ PLAIN: '1' }, { PLAIN: '1', 'npm.odd-name': 'x  y', IFS: 'z', UID: '7' }]) {
    const child = start(env, `${GO}all that follows`);
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    const [pid, args, environment] = JSON.parse(stdout);
    assert.equal(pid, child.pid);
    assert.deepEqual(args, ['a  b', '$c']);
    for (const [name, value] of Object.entries(env)) assert.equal(environment[name], value, name);
    assert.equal(stderr, 'all that follows');
  }
});

test('without the word nothing of it runs', async () => {
  const child = start({}, '');
  const [stdout] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  assert.equal(stdout, '');
  assert.notEqual(child.exitCode, 0);
});

test('where env(1) would misread the command, there is no gate', () => {
  assert.equal(behindGate({ file: '/opt/a=b', args: [], cwd: '/', env: { 'odd-name': '1' } }), undefined);
});
