import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ErrorCode, type PluginartError, TransportError } from '../../src/errors/index.ts';
import { pluginSpec } from '../fixtures/plugin-spec.ts';
import { isRunning, openDescriptors, until } from './processes.ts';
import { managerOf } from './started-manager.ts';

const KILLS = 50;
const CALLS = 64;

async function outcomeOf(call: Promise<unknown>): Promise<PluginartError> {
  return call.then(
    () => assert.fail('it was answered'),
    (error: PluginartError) => error,
  );
}

test(`SIGKILL with ${CALLS} calls in flight, ${KILLS} times: all settle, with evidence; no descriptor leaks`, async (context) => {
  const spec = pluginSpec('echo', 'plugin.mjs', { maxRestarts: KILLS, restartBackoffMaxMs: 1 });
  const manager = managerOf(context, spec);
  await manager.start();
  const descriptors: (number | undefined)[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    // Waits for the restart, and shows that the new process serves.
    await manager.call('echo', Buffer.from(`print stderr life ${kill}`));
    descriptors.push(openDescriptors());
    const calls = Array.from({ length: CALLS }, () => outcomeOf(manager.call('echo', Buffer.from('hang'))));
    await until('all are with the plugin', () => manager.status()[0]!.openCalls === CALLS);
    const { pid } = manager.status()[0]!;
    process.kill(pid!, 'SIGKILL');
    for (const error of await Promise.all(calls)) {
      assert.ok(error instanceof TransportError, String(error));
      assert.equal(error.code, ErrorCode.UNAVAILABLE);
      assert.equal(error.origin, 'process');
      assert.equal(error.retrySafe, false);
      assert.match(error.message, /plugin "echo" was killed by SIGKILL/);
      assert.equal(error.evidence?.signal, 'SIGKILL');
      assert.deepEqual(error.evidence?.stderr, [`life ${kill}`]);
    }
    assert.ok(!isRunning(pid!));
  }
  assert.equal(await manager.call('echo', Buffer.from('hello')).then(String), 'hello');
  assert.equal(manager.status()[0]?.restarts, KILLS);
  assert.equal(openDescriptors(), descriptors[0], 'descriptors open before and after');
});

test('a crash takes the children of the plugin with it', async (context) => {
  const manager = managerOf(context, pluginSpec('echo', 'plugin.mjs'));
  await manager.start();
  const grandchild = Number(String(await manager.call('echo', Buffer.from('grandchild'))));
  assert.ok(isRunning(grandchild));
  const error = await outcomeOf(manager.call('echo', Buffer.from('crash')));
  assert.equal(error.evidence?.exitCode, 7);
  assert.deepEqual(error.evidence?.stderr, ['panic: told to crash']);
  await until('the grandchild is gone', () => !isRunning(grandchild));
});

test('a plugin that crashes again and again is given up, and says why', async (context) => {
  const spec = pluginSpec('echo', 'plugin.mjs', { maxRestarts: 2, restartBackoffMaxMs: 1 });
  const manager = managerOf(context, spec);
  const states: string[] = [];
  manager.on('state', ({ from, to }) => states.push(`${from}>${to}`));
  await manager.start();
  for (let crash = 0; crash < 3; crash++) await outcomeOf(manager.call('echo', Buffer.from('crash')));
  await until('it is given up', () => manager.status()[0]?.state === 'failed');
  const error = await outcomeOf(manager.call('echo', Buffer.from('hello')));
  assert.match(
    error.message,
    /is not running, 3 failures in a row: plugin "echo" exited with code 7; its last words/,
  );
  const once = ['starting>ready', 'ready>draining'];
  assert.deepEqual(states, [
    'stopped>starting',
    ...once,
    'draining>backoff',
    'backoff>starting',
    ...once,
    'draining>backoff',
    'backoff>starting',
    ...once,
    'draining>failed',
  ]);
  await manager.restart('echo');
  assert.equal(await manager.call('echo', Buffer.from('hello')).then(String), 'hello');
});
