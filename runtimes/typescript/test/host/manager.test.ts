import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ErrorCode, type PluginartError, StartupError } from '../../src/errors/index.ts';
import type { LogRecord } from '../../src/host/manager/log-record.ts';
import { PluginManager } from '../../src/host/manager/plugin-manager.ts';
import { CONTRACT_HASH, pluginSpec } from '../fixtures/plugin-spec.ts';
import { isRunning, until } from './processes.ts';
import { managerOf } from './started-manager.ts';

function send(manager: PluginManager, plugin: string, command: string, timeoutMs = 20_000): Promise<string> {
  return manager.call(plugin, Buffer.from(command), { timeoutMs }).then(String);
}

test('plugins of both transports and versions are started, called and stopped', async (context) => {
  const manager = managerOf(
    context,
    pluginSpec('unix', 'plugin.mjs'),
    pluginSpec('tcp', 'plugin.mjs', { launch: { transport: 'tcp' } }),
    pluginSpec('v1', 'v1-plugin.mjs'),
  );
  await manager.start();
  const pids = manager.status().map(({ pid }) => pid!);
  assert.deepEqual(
    manager.status().map(({ name, state, protocol, restarts }) => ({ name, state, protocol, restarts })),
    [
      { name: 'unix', state: 'ready', protocol: 2, restarts: 0 },
      { name: 'tcp', state: 'ready', protocol: 2, restarts: 0 },
      { name: 'v1', state: 'ready', protocol: 1, restarts: 0 },
    ],
  );
  for (const plugin of ['unix', 'tcp', 'v1']) assert.equal(await send(manager, plugin, 'hello'), 'hello');
  await manager.shutdown();
  assert.ok(!pids.some(isRunning));
  assert.deepEqual(
    manager.status().map(({ state }) => state),
    ['stopped', 'stopped', 'stopped'],
  );
  await assert.rejects(send(manager, 'unix', 'hello'), {
    code: ErrorCode.UNAVAILABLE,
    message: 'plugin "unix" was shut down',
    retrySafe: true,
  });
});

test('a plugin is configured by its environment and sees nothing secret of it', async (context) => {
  process.env.PLUGIN_LEFTOVER = 'of the host';
  const manager = managerOf(
    context,
    pluginSpec('env', 'plugin.mjs', {
      launch: { cwd: '/', env: { A: 'b', 'odd.name-1': 'x  y', IFS: ',' } },
    }),
  );
  try {
    await manager.start();
    const { cwd, env } = JSON.parse(await send(manager, 'env', 'env'));
    assert.equal(cwd, '/');
    assert.deepEqual([env.A, env['odd.name-1'], env.IFS], ['b', 'x  y', ',']);
    assert.equal(env.PATH, process.env.PATH);
    assert.deepEqual(
      Object.keys(env).filter((key) => key.startsWith('PLUGIN_')),
      ['PLUGIN_SOCKET'],
    );
  } finally {
    delete process.env.PLUGIN_LEFTOVER;
  }
});

test('one that fails stops the others, and every failure is listed', async (context) => {
  const manager = managerOf(
    context,
    pluginSpec('good', 'plugin.mjs'),
    pluginSpec('bad', 'exits-at-once'),
    pluginSpec('worse', 'ready-then-gone'),
    pluginSpec('missing', 'no-such-plugin'),
  );
  const error = await manager.start().then(
    () => assert.fail('it started'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof StartupError);
  assert.match(
    error.message,
    /^3 of 4 plugins did not start:\n- plugin "bad" exited with code 3 before it was ready/,
  );
  assert.match(error.message, /cannot open the database/);
  assert.match(error.message, /plugin "worse" printed READY, but then exited with code 4/);
  assert.match(error.message, /second thoughts/);
  assert.match(error.message, /plugin "missing": \S+ does not exist/);
  assert.equal((error.cause as AggregateError).errors.length, 3);
  assert.deepEqual(
    manager.status().map(({ state }) => state),
    ['stopped', 'stopped', 'stopped', 'stopped'],
  );
});

test('READY, but nobody listens', async (context) => {
  const manager = managerOf(context, pluginSpec('deaf', 'ready-but-deaf'));
  await assert.rejects(manager.start(), (error: PluginartError) => {
    assert.equal(error.code, ErrorCode.STARTUP_FAILED);
    assert.match(
      error.message,
      /printed READY, but nobody listens at unix:\S+: it has to print READY only once/,
    );
    return true;
  });
});

test('READY, but built from another contract: both hashes', async (context) => {
  const other = `sha256:${'6'.repeat(64)}`;
  const manager = managerOf(context, pluginSpec('other', 'plugin.mjs', { contractHash: other }));
  await assert.rejects(manager.start(), (error: PluginartError) => {
    assert.equal(error.code, ErrorCode.CONTRACT_MISMATCH);
    assert.equal(error.plugin, 'other');
    assert.ok(error.message.includes(other) && error.message.includes(CONTRACT_HASH), error.message);
    return true;
  });
});

test('an optional plugin may fail: the others serve, and it is tried again until it is given up', async (context) => {
  const manager = managerOf(
    context,
    pluginSpec('good', 'plugin.mjs'),
    pluginSpec('bad', 'exits-at-once', { optional: true, maxRestarts: 2, restartBackoffMaxMs: 10 }),
  );
  const restarts: number[] = [];
  manager.on('restart', ({ plugin, attempt }) => {
    assert.equal(plugin, 'bad');
    restarts.push(attempt);
  });
  await manager.start();
  assert.equal(await send(manager, 'good', 'hello'), 'hello');
  // It waits while there is hope, and hears the reason when there is none.
  await assert.rejects(send(manager, 'bad', 'hello'), (error: PluginartError) => {
    assert.equal(error.code, ErrorCode.UNAVAILABLE);
    assert.match(error.message, /is not running, 3 failures in a row: plugin "bad" exited with code 3/);
    assert.equal(error.evidence?.exitCode, 3);
    return true;
  });
  assert.deepEqual(restarts, [1, 2]);
  assert.equal(manager.status()[1]?.state, 'failed');
  await assert.rejects(manager.restart('bad'), /exited with code 3/);
});

test('start twice is one start; start works again after a shutdown', async (context) => {
  const manager = managerOf(context, pluginSpec('echo', 'plugin.mjs'));
  await Promise.all([manager.start(), manager.start()]);
  const { pid } = manager.status()[0]!;
  await manager.start();
  assert.equal(manager.status()[0]?.pid, pid);
  await Promise.all([manager.shutdown(), manager.shutdown()]);
  await manager.start();
  assert.notEqual(manager.status()[0]?.pid, pid);
  assert.equal(await send(manager, 'echo', 'hello'), 'hello');
  await manager[Symbol.asyncDispose]();
});

test('before the start calls say what to do; unknown names, what there is', async (context) => {
  const manager = managerOf(context, pluginSpec('echo', 'plugin.mjs'));
  await assert.rejects(
    send(manager, 'echo', 'x'),
    /plugin "echo" has not been started: call start\(\) first/,
  );
  await assert.rejects(send(manager, 'ehco', 'x'), {
    code: ErrorCode.CONFIG_INVALID,
    message: 'no plugin is named "ehco"; the configuration has "echo"',
  });
});

test('a shutdown during the start ends both', async (context) => {
  const manager = managerOf(context, pluginSpec('slow', 'never-ready'), pluginSpec('echo', 'plugin.mjs'));
  const start = assert.rejects(manager.start(), /was shut down while it started/);
  const waiting = assert.rejects(send(manager, 'slow', 'hello'), { code: ErrorCode.UNAVAILABLE });
  await until('echo is ready', () => manager.status()[1]?.state === 'ready');
  await manager.shutdown();
  await Promise.all([start, waiting]);
  assert.deepEqual(
    manager.status().map(({ state }) => state),
    ['stopped', 'stopped'],
  );
});

test('a shutdown during a backoff does not wait for it', async (context) => {
  const manager = managerOf(
    context,
    pluginSpec('bad', 'exits-at-once', { optional: true, restartBackoffMaxMs: 600_000 }),
  );
  await manager.start();
  assert.equal(manager.status()[0]?.state, 'backoff');
  const waiting = assert.rejects(send(manager, 'bad', 'hello'), {
    code: ErrorCode.UNAVAILABLE,
    retrySafe: true,
  });
  await manager.shutdown();
  await waiting;
});

test('calls that come while a plugin restarts wait for it, each up to its own deadline or signal', async (context) => {
  const manager = managerOf(context, pluginSpec('echo', 'plugin.mjs', { restartBackoffMaxMs: 1_000 }));
  await manager.start();
  await assert.rejects(
    send(manager, 'echo', 'crash'),
    /exited with code 7; its last words: panic: told to crash/,
  );
  await until('it is out of the way', () => manager.status()[0]?.state === 'backoff');
  const abort = new AbortController();
  const patient = send(manager, 'echo', 'hello');
  const hasty = assert.rejects(send(manager, 'echo', 'hello', 10), { code: ErrorCode.DEADLINE_EXCEEDED });
  const aborted = assert.rejects(manager.call('echo', Buffer.alloc(0), { signal: abort.signal }), {
    code: ErrorCode.CANCELLED,
  });
  assert.equal(manager.status()[0]?.waitingCalls, 3);
  abort.abort();
  await Promise.all([hasty, aborted]);
  assert.equal(await patient, 'hello');
  assert.equal(manager.status()[0]?.restarts, 1);
});

test('open calls finish before a shutdown, and new ones are refused', async (context) => {
  const manager = managerOf(context, pluginSpec('echo', 'plugin.mjs'));
  await manager.start();
  const open = send(manager, 'echo', 'sleep 300');
  const shutdown = manager.shutdown();
  await assert.rejects(send(manager, 'echo', 'hello'), /is shutting down/);
  assert.equal(await open, 'sleep 300');
  await shutdown;
});

test('a call settles by its timeout or signal though the plugin never answers; the shutdown is bounded', async (context) => {
  for (const executable of ['plugin.mjs', 'v1-plugin.mjs']) {
    const manager = managerOf(context, pluginSpec('echo', executable, { shutdownTimeoutMs: 300 }));
    await manager.start();
    await assert.rejects(send(manager, 'echo', 'hang', 50), { code: ErrorCode.DEADLINE_EXCEEDED });
    const abort = new AbortController();
    const aborted = assert.rejects(
      manager.call('echo', Buffer.from('hang'), { signal: abort.signal, timeoutMs: 0 }),
      {
        code: ErrorCode.CANCELLED,
      },
    );
    abort.abort();
    await aborted;
    const open = assert.rejects(send(manager, 'echo', 'hang'), /plugin "echo" (was shut|is shutting) down/);
    await manager.shutdown();
    await open;
  }
});

test('restart() replaces a running plugin', async (context) => {
  const manager = managerOf(context, pluginSpec('echo', 'plugin.mjs'));
  await manager.start();
  const { pid } = manager.status()[0]!;
  const restarting = manager.restart('echo');
  assert.equal(await send(manager, 'echo', 'hello'), 'hello');
  await restarting;
  assert.notEqual(manager.status()[0]?.pid, pid);
  assert.ok(!isRunning(pid!));
});

test('what a plugin prints goes to logger and listeners, with level and fields', async (context) => {
  const records: LogRecord[] = [];
  const heard: LogRecord[] = [];
  const logger = (record: LogRecord) => records.push(record);
  const manager = new PluginManager([pluginSpec('echo', 'plugin.mjs')], { logger });
  context.after(() => manager.shutdown());
  manager.on('log', (record) => heard.push(record));
  await manager.start();
  await send(manager, 'echo', 'print stdout hello world');
  await send(manager, 'echo', 'print stderr {"level":"warn","msg":"low","disk":"/"}');
  await until('both arrived', () => records.length >= 2);
  const common = { plugin: 'echo', whole: true };
  const json = '{"level":"warn","msg":"low","disk":"/"}';
  // The two streams are two pipes: their order is not kept.
  records.sort((one, other) => one.source.localeCompare(other.source));
  assert.deepEqual(records, [
    { ...common, source: 'stderr', level: 'warn', message: 'low', fields: { disk: '/' }, line: json },
    {
      ...common,
      source: 'stdout',
      level: 'info',
      message: 'hello world',
      fields: undefined,
      line: 'hello world',
    },
  ]);
  assert.equal(heard.length, 2);
});

test('a shutdown has the last word over a restart', async (context) => {
  const manager = managerOf(context, pluginSpec('echo', 'plugin.mjs'));
  await manager.start();
  const restart = assert.rejects(manager.restart('echo'), { code: ErrorCode.UNAVAILABLE });
  await manager.shutdown();
  await restart;
  assert.equal(manager.status()[0]?.state, 'stopped');
  await assert.rejects(manager.restart('echo'), /the manager is not running/);
});
