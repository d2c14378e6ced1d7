import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';

import { unusedPort } from '../../../../conformance/peers/unused-port.ts';
import { ErrorCode, type PluginartError } from '../../src/errors/index.ts';
import type { PluginSpec } from '../../src/host/supervise/plugin-spec.ts';
import { pluginPath } from '../fixtures/plugin-path.ts';
import { CONTRACT_HASH, pluginSpec } from '../fixtures/plugin-spec.ts';
import { until } from './processes.ts';
import { managerOf } from './started-manager.ts';

const TOKEN = '0123456789abcdef'.repeat(4);

/** Runs a plugin as somebody else's service. */
async function serveAt(port: number, token?: string): Promise<ChildProcess> {
  const address = `127.0.0.1:${port}`;
  const secret = token === undefined ? {} : { PLUGIN_TOKEN: token, PLUGIN_TOKEN_FOR: address };
  const service = spawn(pluginPath('plugin.mjs'), {
    env: { ...process.env, CONTRACT_HASH, PLUGIN_ADDR: address, ...secret },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(service.stdout!, 'data');
  return service;
}

async function end(service: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  service.kill(signal);
  await once(service, 'exit');
}

function remoteSpec(port: number, overrides: Partial<PluginSpec> = {}, token?: string): PluginSpec {
  const launch = { type: 'remote', host: '127.0.0.1', port, dialTimeoutMs: 5_000, token } as const;
  return { ...pluginSpec('far', 'plugin.mjs', { maxRestarts: 1 }), launch, ...overrides };
}

test('a remote plugin that goes and comes back is connected to again, however often that fails', async (context) => {
  const port = await unusedPort();
  let service = await serveAt(port);
  const manager = managerOf(context, remoteSpec(port));
  const send = (command: string) => manager.call('far', Buffer.from(command)).then(String);
  await manager.start();
  assert.equal(manager.status()[0]?.pid, undefined);
  const open = assert.rejects(send('hang'), (error: PluginartError) => {
    assert.equal(error.code, ErrorCode.UNAVAILABLE);
    assert.match(error.message, /plugin "far" lost its connection/);
    return true;
  });
  await until('the call is open', () => manager.status()[0]?.openCalls === 1);
  await end(service, 'SIGKILL');
  await open;
  await until('it failed a few times', () => manager.status()[0]!.failures >= 4);
  assert.match(
    manager.status()[0]!.error!.message,
    /plugin "far": cannot connect to 127\.0\.0\.1:\d+: nobody listens/,
  );
  const waiting = send('hello');
  service = await serveAt(port);
  assert.equal(await waiting, 'hello');

  // An orderly end is GOAWAY.
  await end(service, 'SIGTERM');
  service = await serveAt(port);
  assert.equal(await send('hello again'), 'hello again');
  await manager.shutdown();
  assert.equal(service.exitCode, null);
  await end(service, 'SIGTERM');
});

test('a remote plugin that is not there fails the start, or is waited for where it is optional', async (context) => {
  const port = await unusedPort();
  const needed = managerOf(context, remoteSpec(port));
  await assert.rejects(needed.start(), {
    code: ErrorCode.UNAVAILABLE,
    message: `plugin "far": cannot connect to 127.0.0.1:${port}: nobody listens there (ECONNREFUSED)`,
  });
  const manager = managerOf(context, remoteSpec(port, { optional: true }));
  await manager.start();
  const waiting = manager.call('far', Buffer.from('hello'));
  const service = await serveAt(port);
  assert.equal(String(await waiting), 'hello');
  await manager.shutdown();
  await end(service, 'SIGTERM');
});

test('a shared secret is proved by both sides', async (context) => {
  const port = await unusedPort();
  const service = await serveAt(port, TOKEN);
  const manager = managerOf(context, remoteSpec(port, {}, TOKEN));
  await manager.start();
  assert.equal(String(await manager.call('far', Buffer.from('hello'))), 'hello');
  await manager.shutdown();
  for (const token of [undefined, TOKEN.replace('0', '1')]) {
    const stranger = managerOf(context, remoteSpec(port, {}, token));
    await assert.rejects(stranger.start(), { code: ErrorCode.UNAUTHENTICATED });
  }
  await end(service, 'SIGTERM');
});
