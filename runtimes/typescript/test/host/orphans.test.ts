import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { pluginSpec } from '../fixtures/plugin-spec.ts';
import { isRunning, until } from './processes.ts';

interface RunningHost {
  readonly host: ChildProcess;
  readonly lines: AsyncIterator<string>;
  readonly plugin: number;
  readonly grandchild: number;
  /** The directory of its sockets. */
  readonly directory: string;
}

async function startHost(
  mode: string,
  executable = 'plugin.mjs',
  env: Record<string, string> = {},
): Promise<RunningHost> {
  const script = fileURLToPath(new URL('../fixtures/host.mjs', import.meta.url));
  const specs = JSON.stringify([pluginSpec('echo', executable, { launch: { env } })]);
  const host = spawn(process.execPath, [script, specs, mode], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const lines = createInterface(host.stdout!)[Symbol.asyncIterator]();
  const { value, done } = await lines.next();
  assert.ok(!done, 'the host said nothing');
  const { pid, address, grandchild } = JSON.parse(value);
  return { host, lines, plugin: pid, grandchild, directory: dirname(address.replace('unix:', '')) };
}

async function assertNothingLeft({ plugin, grandchild, directory }: RunningHost): Promise<void> {
  await until('the plugin is gone', () => !isRunning(plugin));
  await until('its grandchild is gone', () => !isRunning(grandchild));
  await until('the socket directory is gone', () => !existsSync(directory));
  await until('the guard is gone', () => guardsOf(directory).length === 0);
}

/** The guards that watch over a directory, by what /proc says of them. */
function guardsOf(directory: string): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && commandLine(name).endsWith(`\0pluginart-guard\0${directory}\0`))
    .map(Number);
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

for (const executable of ['plugin.mjs', 'v1-plugin.mjs']) {
  test(`SIGKILL of a host whose plugin (${executable}) spins and has a child leaves nothing`, async () => {
    const running = await startHost('spin', executable);
    assert.ok(isRunning(running.plugin) && isRunning(running.grandchild) && existsSync(running.directory));
    running.host.kill('SIGKILL');
    await once(running.host, 'exit');
    await assertNothingLeft(running);
  });
}

test('a plugin whose host is interrupted puts away what it has open', async (context) => {
  const directory = mkdtempSync(join(tmpdir(), 'orphans-test-'));
  context.after(() => rmSync(directory, { recursive: true }));
  const STOP_FILE = join(directory, 'stopped');
  const running = await startHost('stay', 'plugin.mjs', { STOP_FILE });
  process.kill(-running.host.pid!, 'SIGINT');
  await assertNothingLeft(running);
  assert.ok(existsSync(STOP_FILE));
});

test('signals to the whole group of the host do not disarm its guard', async () => {
  const running = await startHost('spin');
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGKILL'] as const) process.kill(-running.host.pid!, signal);
  await assertNothingLeft(running);
});

test('a host that exits without a shutdown leaves nothing', async () => {
  const running = await startHost('exit');
  await once(running.host, 'exit');
  assert.equal(running.host.exitCode, 5);
  await assertNothingLeft(running);
});

test('a guard that is killed is replaced', {
  skip: process.platform !== 'linux' && 'needs /proc',
}, async () => {
  const running = await startHost('stay');
  const [first] = guardsOf(running.directory);
  // One that dies young is not replaced before the next plugin starts.
  await delay(1_500);
  process.kill(first!, 'SIGKILL');
  await until('there is another', () => guardsOf(running.directory).some((pid) => pid !== first));
  // It can be seen a moment before it has been told what to guard.
  await delay(1_000);
  running.host.kill('SIGKILL');
  await assertNothingLeft(running);
});

test('after a shutdown nothing keeps the host alive', async () => {
  const running = await startHost('shutdown');
  const { value } = await running.lines.next();
  // Its own stdout is all that may be left.
  assert.deepEqual(
    JSON.parse(value).left.filter((resource: string) => resource !== 'PipeWrap'),
    [],
  );
  if (running.host.exitCode === null) await once(running.host, 'exit');
  assert.equal(running.host.exitCode, 0);
  await assertNothingLeft(running);
});
