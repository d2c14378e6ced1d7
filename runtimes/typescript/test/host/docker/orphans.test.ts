import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import type { PluginSpec } from '../../../src/host/supervise/plugin-spec.ts';
import { isRunning, until } from '../processes.ts';
import { dockerSpec, startedContainer } from './docker-spec.ts';
import { containersOf, docker, fixtureImage, skip } from './images.ts';

const image = fixtureImage();
const v1 = { args: ['/app/test/fixtures/plugins/v1-plugin.mjs'] };

interface RunningHost {
  readonly host: ChildProcess;
  /** The docker client. */
  readonly client: number;
  readonly address: string;
}

function spawnHost(spec: PluginSpec, mode: string, options: object = {}): ChildProcess {
  const script = fileURLToPath(new URL('../../fixtures/host.mjs', import.meta.url));
  return spawn(process.execPath, [script, JSON.stringify([spec]), mode], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options,
  });
}

async function startHost(spec: PluginSpec, mode: string, options: object = {}): Promise<RunningHost> {
  const host = spawnHost(spec, mode, options);
  host.stderr!.pipe(process.stderr);
  const { value, done } = await createInterface(host.stdout!)[Symbol.asyncIterator]().next();
  assert.ok(!done, 'the host said nothing');
  const { pid, address } = JSON.parse(value);
  return { host, client: pid, address };
}

async function assertNothingLeft({ host, client }: RunningHost): Promise<void> {
  await until('its container is gone', () => containersOf(host.pid!).length === 0);
  await until('the docker client is gone', () => !isRunning(client));
}

/** The guards that look after a container of the host, by what they have in their hands: the host's directory. */
function guardOf(name: string): number {
  const directory = `/${name.split('-').slice(0, 2).join('-')}\0`;
  const pid = readdirSync('/proc').find((entry) => {
    try {
      const line = readFileSync(`/proc/${entry}/cmdline`, 'utf8');
      return /^\d+$/.test(entry) && line.includes('\0pluginart-guard\0') && line.endsWith(directory);
    } catch {
      return false;
    }
  });
  assert.ok(pid !== undefined, `no guard with ${directory}`);
  return Number(pid);
}

describe('containers whose host is gone', { skip }, () => {
  for (const [what, launch] of [
    ['that spins', {}],
    ['that knows of no lifeline', v1],
    ['with a socket', { transport: 'unix' }],
  ] as const) {
    test(`SIGKILL of the host of a container ${what} leaves nothing`, async () => {
      const running = await startHost(dockerSpec(image, launch), 'spin');
      assert.equal(containersOf(running.host.pid!).length, 1);
      running.host.kill('SIGKILL');
      await assertNothingLeft(running);
      if ('transport' in launch)
        await until('its socket is gone', () => !existsSync(running.address.slice('unix:'.length)));
    });
  }

  test('a host that exits without a shutdown leaves nothing', async () => {
    const running = await startHost(dockerSpec(image, v1), 'exit');
    await assertNothingLeft(running);
    assert.equal(running.host.exitCode, 5);
  });

  test('where its guard was killed as well, the lifeline ends it', {
    skip: process.platform !== 'linux' && 'needs /proc',
  }, async () => {
    const running = await startHost(dockerSpec(image), 'stay');
    process.kill(guardOf(containersOf(running.host.pid!)[0]!), 'SIGKILL');
    running.host.kill('SIGKILL');
    await assertNothingLeft(running);
  });

  test('what is left of it nevertheless, the next start removes; but nothing of hosts that live', {
    skip: process.platform !== 'linux' && 'needs /proc',
  }, async (context) => {
    const living = await startHost(dockerSpec(image, v1), 'stay');
    context.after(async () => {
      living.host.kill('SIGKILL');
      await assertNothingLeft(living);
    });
    const running = await startHost(dockerSpec(image, v1), 'stay');
    const [name] = containersOf(running.host.pid!);
    process.kill(guardOf(name!), 'SIGKILL');
    running.host.kill('SIGKILL');
    await once(running.host, 'exit');
    assert.equal(docker('inspect', '--format', '{{.State.Running}}', name!), 'true');
    await startedContainer(context, dockerSpec(image));
    await assertNothingLeft(running);
    assert.equal(containersOf(living.host.pid!).length, 1);
    assert.ok(isRunning(living.client));
  });

  const socket = '/var/run/docker.sock';
  const canBeOther = process.getuid?.() === 0 && existsSync(socket) && process.env.DOCKER_HOST === undefined;
  test('a host that is not root reaches its container by a socket, and is told why not', {
    skip: !canBeOther && 'needs root, to become another user',
  }, async () => {
    const other = {
      uid: 65_534,
      gid: statSync(socket).gid,
      env: { PATH: process.env.PATH, TMPDIR: '/tmp', HOME: '/tmp' },
    };
    const running = await startHost(dockerSpec(image, { transport: 'unix' }), 'shutdown', other);
    await once(running.host, 'exit');
    await assertNothingLeft(running);
    const host = spawnHost(dockerSpec(image, { transport: 'unix', user: 'node' }), 'shutdown', other);
    assert.match(await text(host.stderr!), /EACCES\S*; user "node" made a socket that this host may not use/);
  });
});
