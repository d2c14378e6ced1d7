import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import { ErrorCode, HandshakeError, type PluginartError } from '../../src/errors/index.ts';
import type { UnresponsiveEvent } from '../../src/host/manager/manager-events.ts';
import { MAX_WAITING_CALLS } from '../../src/host/supervise/waiting-calls.ts';
import { isRunning, until } from './processes.ts';
import { startedManager } from './started-manager.ts';

test('a plugin that says GOAWAY finishes what is open, and is started anew', async (context) => {
  const { log, send, status, pid } = await startedManager(context, 'plugin.mjs');
  const open = send('sleep 300');
  await until('the plugin is at work', () => log.some(({ message }) => message === 'sleeping'));
  process.kill(pid, 'SIGTERM');
  await until('it takes no new calls', () => status().state !== 'ready');
  const waiting = send('hello');
  assert.equal(await open, 'sleep 300');
  assert.equal(await waiting, 'hello');
  assert.notEqual(status().pid, pid);
  assert.match(status().error!.message, /said that it takes no more calls/);
});

test('silence with calls open is told first, and ends in a restart after unresponsive_timeout', async (context) => {
  const { manager, send, status, pid } = await startedManager(context, 'plugin.mjs', {
    healthIntervalMs: 1_000,
    unresponsiveTimeoutMs: 3_000,
  });
  const events: UnresponsiveEvent[] = [];
  manager.on('unresponsive', (event) => events.push(event));
  await assert.rejects(send('spin'), (error: PluginartError) => {
    assert.equal(error.code, ErrorCode.UNAVAILABLE);
    assert.match(error.message, /gave no sign of life .*unresponsive_timeout.*; it was killed by SIGKILL/);
    assert.equal(error.evidence?.signal, 'SIGKILL');
    return true;
  });
  assert.equal(events.length, 1);
  assert.deepEqual({ ...events[0], silentMs: 0 }, { plugin: 'echo', silentMs: 0, openCalls: 1 });
  assert.ok(!isRunning(pid));
  assert.equal(await send('hello'), 'hello');
  assert.equal(status().restarts, 1);
});

for (const executable of ['plugin.mjs', 'v1-plugin.mjs']) {
  test(`honest work longer than the pings (${executable}) is left alone`, async (context) => {
    const { send, status, pid } = await startedManager(context, executable, { healthIntervalMs: 500 });
    assert.equal(await send('spin-for 2500'), 'spin-for 2500');
    assert.equal(status().pid, pid);
    assert.equal(status().restarts, 0);
  });

  test(`of a process that dies (${executable}) the next one gets what was not written, and nothing else`, async (context) => {
    const { send, status, pid } = await startedManager(context, executable);
    process.kill(pid, 'SIGSTOP');
    const written = assert.rejects(send('hang'), {
      code: ErrorCode.UNAVAILABLE,
      retrySafe: false,
      message: /was killed by SIGKILL.* \(the call may have run\)$/,
    });
    // More than the socket and what may wait in it take.
    const long = Promise.allSettled(Array.from({ length: 8 }, () => send('x'.repeat(4_000_000))));
    await delay(200);
    const unwritten = send('hello');
    await delay(200);
    process.kill(pid, 'SIGKILL');
    await written;
    assert.equal(await unwritten, 'hello');
    assert.equal(status().restarts, 1);
    await long;
  });

  test(`silence without calls (${executable}) ends in a restart after two pings`, async (context) => {
    const { send, status, pid } = await startedManager(context, executable, { healthIntervalMs: 500 });
    process.kill(pid, 'SIGSTOP');
    await until('it is found silent', () => status().state !== 'ready');
    assert.equal(await send('hello'), 'hello');
    assert.match(status().error!.message, /did not answer \d+ pings/);
    assert.ok(!isRunning(pid));
  });
}

test('a version 1 call that was given up on costs the connection, not the process nor the calls behind it', async (context) => {
  const { send, status, pid } = await startedManager(context, 'v1-plugin.mjs');
  await assert.rejects(send('hang', 50), { code: ErrorCode.DEADLINE_EXCEEDED });
  const behind = send('hello');
  assert.equal(await behind, 'hello');
  assert.equal(status().pid, pid);
  assert.equal(status().restarts, 0);
});

test('min_protocol = 2 refuses version 1', async (context) => {
  await assert.rejects(
    startedManager(context, 'v1-plugin.mjs', { minProtocol: 2 }),
    (error: PluginartError) => {
      assert.ok(error instanceof HandshakeError);
      assert.match(error.message, /speaks protocol version 1 only, and version 2 is demanded of it/);
      return true;
    },
  );
});

test('an executable that once spoke version 2 is not accepted as version 1', async (context) => {
  const scratch = mkdtempSync('/tmp/connection-');
  context.after(() => rmSync(scratch, { recursive: true }));
  const { send, status } = await startedManager(context, 'changes-version', {
    maxRestarts: 1,
    launch: { env: { MARK: join(scratch, 'mark') } },
  });
  assert.equal(status().protocol, 2);
  await assert.rejects(send('crash'), { code: ErrorCode.UNAVAILABLE });
  await assert.rejects(send('hello'), /It spoke version 2 before/);
  assert.equal(status().state, 'failed');
});

test('no more than so many calls wait for a plugin', async (context) => {
  const { manager, send, status } = await startedManager(context, 'plugin.mjs', {
    restartBackoffMaxMs: 600_000,
  });
  await assert.rejects(send('crash'), { code: ErrorCode.UNAVAILABLE });
  await until('it is down', () => status().state === 'backoff');
  const outcomes = Array.from({ length: MAX_WAITING_CALLS + 1 }, () =>
    send('hello').catch((error: PluginartError) => error.code),
  );
  assert.equal(await outcomes.at(-1), ErrorCode.RESOURCE_EXHAUSTED);
  await manager.shutdown();
  assert.deepEqual(new Set(await Promise.all(outcomes.slice(0, -1))), new Set([ErrorCode.UNAVAILABLE]));
});
