import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { ErrorCode, PluginManager } from 'pluginart';
import { EchoClient } from '../host-ts/dist/plugins/echo/echo_client.js';
import { cargo, rustPlugin, skipWithoutCargo } from './cargo.ts';
import { readText, repository } from './documentation.ts';

const longWaitMs = 30_000;

/** Two entries for the plugin: `echo`, and `slow`, whose answers take a minute. */
function configIn(folder: string, transport: string): string {
  const entry = (name: string, more: string) => `
[[plugins]]
name = "${name}"
type = "binary"
path = ${JSON.stringify(rustPlugin)}
schema = ${JSON.stringify(join(repository, 'examples', 'schema', 'echo.fbs'))}
transport = "${transport}"
${more}`;
  const path = join(folder, 'pluginart.toml');
  writeFileSync(
    path,
    `version = 1\n${entry('echo', '')}${entry('slow', 'env = { ECHO_DELAY_MS = "60000" }')}`,
  );
  return path;
}

function inNewFolder<T>(run: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'rust-'));
  return run(folder).finally(() => rmSync(folder, { recursive: true }));
}

async function until(what: string, condition: () => boolean): Promise<void> {
  for (const start = performance.now(); !condition(); await delay(20)) {
    assert.ok(performance.now() - start < longWaitMs, `did not happen: ${what}`);
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** The plugin as a host starts it that then does nothing, on a Unix socket. */
async function start(socket: string, more: NodeJS.ProcessEnv = {}): Promise<ChildProcess> {
  const env = { ...process.env, PLUGIN_SOCKET: socket, ...more };
  const plugin = spawn(rustPlugin, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  for await (const line of createInterface(plugin.stdout!)) if (line === 'READY') return plugin;
  throw new Error('the plugin ended before it was ready');
}

async function exitOf(plugin: ChildProcess): Promise<unknown> {
  if (plugin.exitCode !== null || plugin.signalCode !== null) return plugin.exitCode ?? plugin.signalCode;
  const [status, signal] = await once(plugin, 'exit', { signal: AbortSignal.timeout(longWaitMs) });
  return status ?? signal;
}

describe('the plugin in Rust', { skip: skipWithoutCargo }, () => {
  before(() => cargo('build', '--release', '--locked', '--quiet'));

  test('passes its own tests, the vectors of the protocol among them', () => cargo('test', '--locked'));

  for (const transport of ['unix', 'tcp']) {
    test(`serves a host over ${transport}`, async () => {
      await inNewFolder(async (folder) => {
        await using manager = await PluginManager.fromConfig(configIn(folder, transport), { logger: false });
        await manager.start();
        assert.deepEqual(
          manager.status().map(({ state, protocol }) => [state, protocol]),
          [
            ['ready', 2],
            ['ready', 2],
          ],
        );
        const echo = new EchoClient(manager, 'echo');
        assert.deepEqual(await echo.echo({ input: 'grüße, 世界' }), { output: 'GRÜSSE, 世界' });

        const input = 'abc'.repeat(1_000_000);
        const [large, ...small] = await Promise.all([
          echo.echo({ input }),
          ...Array.from({ length: 100 }, (_, index) => echo.echo({ input: `x${index}` })),
        ]);
        assert.ok(large.output === input.toUpperCase());
        assert.deepEqual(
          small.map(({ output }) => output),
          small.map((_, index) => `X${index}`),
        );

        const slow = new EchoClient(manager, 'slow');
        const controller = new AbortController();
        const cancelled = slow.echo({ input: 'x' }, { signal: controller.signal });
        await until('the call is open', () => manager.status()[1]?.openCalls === 1);
        controller.abort();
        await assert.rejects(cancelled, { code: ErrorCode.CANCELLED });
        await assert.rejects(slow.echo({ input: 'x' }, { timeoutMs: 100 }), {
          code: ErrorCode.DEADLINE_EXCEEDED,
        });
        // The plugin has told its handlers, each of which would take a minute, and answered both calls.
        await until('nothing is open', () => manager.status()[1]?.openCalls === 0);
        assert.equal(manager.status()[1]?.restarts, 0);
      });
    });
  }

  test('serves a host of version 1', async () => {
    await inNewFolder(async (folder) => {
      const host = join(repository, 'conformance', 'peers', 'v1-host.ts');
      const hash = createHash('sha256').update(readText('examples/schema/echo.fbs')).digest('hex');
      const args = ['--contract', `sha256:${hash}`, '--start', join(folder, 'p.sock'), '--handler', 'echo'];
      const said = execFileSync(process.execPath, [host, ...args, '--call', 'hello', '--', rustPlugin], {
        encoding: 'utf8',
        timeout: longWaitMs,
      });
      assert.deepEqual(JSON.parse(said), { request_id: '1', output: 'HELLO' });
    });
  });

  test('ends with its host, however that ends', async () => {
    await inNewFolder(async (folder) => {
      const script = `
        import { PluginManager } from 'pluginart';
        const manager = await PluginManager.fromConfig(${JSON.stringify(configIn(folder, 'unix'))});
        await manager.start();
        console.log(JSON.stringify(manager.status().map(({ pid, address }) => [pid, address])));
      `;
      const host = spawn(process.execPath, ['--input-type=module', '-e', script], {
        cwd: repository,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [line] = await once(createInterface(host.stdout!), 'line', {
        signal: AbortSignal.timeout(longWaitMs),
      });
      const plugins = JSON.parse(line) as [number, string][];
      assert.equal(plugins.length, 2);
      for (const [pid] of plugins) assert.ok(isRunning(pid));
      host.kill('SIGKILL');
      for (const [pid, address] of plugins) {
        await until(`process ${pid} is gone`, () => !isRunning(pid));
        const directory = dirname(address.replace('unix:', ''));
        await until(`${directory} is gone`, () => !existsSync(directory));
      }
    });
  });

  test('ends with its standard input, where the host gave it a token', async () => {
    await inNewFolder(async (folder) => {
      const socket = join(folder, 'p.sock');
      const token = randomBytes(32).toString('hex');
      const secret = { PLUGIN_TOKEN: token, PLUGIN_TOKEN_FOR: socket, PLUGIN_LIFELINE: 'stdin' };
      const plugin = await start(socket, secret);
      plugin.stdin!.end();
      assert.equal(await exitOf(plugin), 0);
      assert.ok(!existsSync(socket));
    });
  });

  test('ends on SIGTERM, and without a token not with its standard input', async () => {
    await inNewFolder(async (folder) => {
      const socket = join(folder, 'p.sock');
      const plugin = await start(socket, { PLUGIN_LIFELINE: 'stdin' });
      plugin.stdin!.end();
      // Twice what it would leave its handlers.
      await delay(1_000);
      assert.ok(existsSync(socket) && plugin.exitCode === null);
      plugin.kill('SIGTERM');
      assert.equal(await exitOf(plugin), 0);
      assert.ok(!existsSync(socket));
    });
  });

  test('started by hand, says what it is', () => {
    const env = { ...process.env };
    for (const name of ['PLUGIN_SOCKET', 'PLUGIN_ADDR']) delete env[name];
    assert.throws(() => execFileSync(rustPlugin, { env, stdio: 'pipe' }), /This is a pluginart plugin/);
  });
});
