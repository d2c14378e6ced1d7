/** The peers as processes: our manager starts theirs, and they start ours. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { unusedPort } from '../../../../conformance/peers/unused-port.ts';
import { startPlugin, V1Host } from '../../../../conformance/peers/v1/host.ts';
import { V1Plugin } from '../../../../conformance/peers/v1/plugin.ts';
import { V2Host } from '../../../../conformance/peers/v2/host.ts';
import { ErrorCode, PluginartError } from '../../src/errors/index.ts';
import { pluginPath } from '../fixtures/plugin-path.ts';
import { CONTRACT_HASH, pluginSpec, type SpecOverrides } from '../fixtures/plugin-spec.ts';
import { managerOf, startedManager } from '../host/started-manager.ts';

const peerPath = (name: string) =>
  fileURLToPath(new URL(`../../../../conformance/peers/${name}`, import.meta.url));
/** What raw-serve.mjs says it was built from. */
const SERVED_CONTRACT = `sha256:${'0'.repeat(64)}`;

function peer(name: string, args: readonly string[], overrides: SpecOverrides = {}): SpecOverrides {
  const launch = { path: peerPath(name), args: ['--contract', CONTRACT_HASH, ...args], ...overrides.launch };
  return { ...overrides, launch };
}

describe('our manager and a version 1 plugin', { timeout: 120_000 }, () => {
  for (const transport of ['unix', 'tcp'] as const) {
    test(`${transport}: busy for much longer than a ping may take, it is not restarted`, async (context) => {
      const options = peer('v1-plugin.ts', [], { healthIntervalMs: 500, launch: { transport } });
      const { send, status, pid } = await startedManager(context, 'v1-plugin.ts', options);
      assert.equal(await send('sleep:3000'), 'sleep:3000');
      assert.deepEqual([status().pid, status().restarts, status().state], [pid, 0, 'ready']);
    });
  }

  test('a call given up on does not give its answer to the next', async (context) => {
    const { send, status, pid } = await startedManager(context, 'v1-plugin.ts', peer('v1-plugin.ts', []));
    await assert.rejects(send('sleep:1500', 100), { code: ErrorCode.DEADLINE_EXCEEDED });
    assert.deepEqual(await Promise.all([send('x'), send('y')]), ['x', 'y']);
    assert.equal(status().pid, pid);
  });

  test('one that exits during a call is started anew, and the call says why', async (context) => {
    const { send } = await startedManager(context, 'v1-plugin.ts', peer('v1-plugin.ts', []));
    await assert.rejects(send('exit:3'), (error: PluginartError) => {
      assert.equal(error.code, ErrorCode.UNAVAILABLE);
      assert.equal(error.evidence?.exitCode, 3);
      return true;
    });
    assert.equal(await send('back'), 'back');
  });
});

describe('our manager and a lying version 2 plugin', { timeout: 120_000 }, () => {
  test('an honest one proves itself with the token it was given', async (context) => {
    const { send } = await startedManager(
      context,
      'v2-plugin.ts',
      peer('v2-plugin.ts', [], { minProtocol: 2 }),
    );
    assert.equal(await send('hello'), 'hello');
  });

  for (const [lie, code] of [
    ['wrong-proof', ErrorCode.UNAUTHENTICATED],
    ['reflected-proof', ErrorCode.UNAUTHENTICATED],
    ['version-3', ErrorCode.PROTOCOL_VIOLATION],
    ['refuse', ErrorCode.CONTRACT_MISMATCH],
  ] as const) {
    test(`${lie}: the start fails and says why`, async (context) => {
      const manager = managerOf(
        context,
        pluginSpec('echo', 'v2-plugin.ts', peer('v2-plugin.ts', ['--accept', lie])),
      );
      await assert.rejects(manager.start(), (error) => {
        assert.ok(error instanceof PluginartError);
        assert.equal(error.code, code, error.message);
        return true;
      });
    });
  }
});

test('V2-T6: a remote plugin that should know a secret is not talked to in version 1', async (context) => {
  const server = createServer((socket) => {
    new V1Plugin(socket, { contractHash: CONTRACT_HASH, handler: 'raw', handshake: 'none' });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const remote = { type: 'remote', host: '127.0.0.1', port, dialTimeoutMs: 5_000 } as const;
  const manager = (token: string | undefined) =>
    managerOf(context, { ...pluginSpec('far', 'unused'), launch: { ...remote, token } });
  await assert.rejects(manager('ab'.repeat(32)).start(), { code: ErrorCode.PROTOCOL_VIOLATION });
  const trusting = manager(undefined);
  await trusting.start();
  assert.equal(String(await trusting.call('far', Buffer.from('hello'))), 'hello');
});

/** Where plugins of ours are bound: both kinds of address, with what must be gone afterwards. */
async function address(context: TestContext, kind: 'unix' | 'tcp'): Promise<string> {
  if (kind === 'tcp') return `127.0.0.1:${await unusedPort()}`;
  const directory = mkdtempSync(join(tmpdir(), 'peers-'));
  context.after(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, 'plugin.sock');
}

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

describe('a version 1 host and our plugin', { timeout: 120_000 }, () => {
  for (const kind of ['unix', 'tcp'] as const) {
    test(`${kind}: started, called, pinged, and stopped by SIGTERM`, async (context) => {
      const where = await address(context, kind);
      const plugin = await startPlugin(process.execPath, [pluginPath('raw-serve.mjs')], where);
      context.after(() => plugin.process.kill('SIGKILL'));
      const host = await V1Host.dial(plugin.address);
      assert.equal((await host.shakeHands(SERVED_CONTRACT)).ok, true);
      assert.deepEqual(await host.call(Buffer.from('hello')), { payload: Buffer.from('hello') });
      assert.equal(await host.ping(9n), 9n);
      const failure = await host.call(Buffer.from('throw'));
      assert.deepEqual(failure, { error: { code: 1, message: 'thrown', retry: false } });
      const other = await V1Host.dial(plugin.address);
      assert.equal((await other.shakeHands(CONTRACT_HASH)).error, 'contract hash mismatch');
      plugin.process.kill('SIGTERM');
      assert.equal(await ended(plugin.process), 0);
      assert.equal(await host.next(), undefined);
      if (kind === 'unix') assert.equal(existsSync(where), false);
    });
  }
});

test('S9: a token counts only for the address it is meant for', { timeout: 60_000 }, async (context) => {
  const token = randomBytes(32).toString('hex');
  for (const isMeant of [true, false]) {
    const where = await address(context, 'unix');
    const env = {
      ...process.env,
      PLUGIN_SOCKET: where,
      PLUGIN_TOKEN: token,
      PLUGIN_TOKEN_FOR: isMeant ? where : '/other',
    };
    const child = spawn(process.execPath, [pluginPath('raw-serve.mjs')], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    context.after(() => child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    const unproved = await (await V2Host.dial({ path: where })).shakeHands({ contractHash: SERVED_CONTRACT });
    assert.equal(unproved?.ok, !isMeant);
    const proved = await V2Host.dial({ path: where });
    const response = await proved.shakeHands({ contractHash: SERVED_CONTRACT, token });
    assert.equal(response?.ok, true);
    assert.equal(response.accept?.proof !== undefined, isMeant);
    assert.equal((await proved.call(1, Buffer.from('env')))?.body.toString(), 'PLUGIN_SOCKET');
    proved.close();
  }
});
