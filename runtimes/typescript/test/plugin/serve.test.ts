import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { connect as dial } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { connect, type PluginartError } from 'pluginart';
import { unusedPort } from '../../../../conformance/peers/unused-port.ts';

const plugin = fileURLToPath(new URL('../fixtures/plugins/raw-serve.mjs', import.meta.url));
const contractHash = `sha256:${'0'.repeat(64)}`;
const token = 'ab'.repeat(32);
const directory = mkdtempSync(join(tmpdir(), 'serve-test-'));
const running = new Set<ChildProcess>();
let sockets = 0;

afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});
after(() => rmSync(directory, { recursive: true }));

interface Started {
  readonly child: ChildProcess;
  readonly output: { stdout: string; stderr: string };
  readonly exited: Promise<number | string>;
}

function start(env: Record<string, string>): Started {
  const child = spawn(process.execPath, [plugin], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  running.add(child);
  const output = { stdout: '', stderr: '' };
  child.stdout?.on('data', (data) => {
    output.stdout += data;
  });
  child.stderr?.on('data', (data) => {
    output.stderr += data;
  });
  const exited = once(child, 'close').then(([code, signal]) => code ?? signal);
  return { child, output, exited };
}

async function ready({ child, output, exited }: Started): Promise<void> {
  while (!output.stdout.includes('\nREADY\n')) {
    await Promise.race([
      once(child.stdout as NonNullable<typeof child.stdout>, 'data'),
      exited.then((code) => assert.fail(`exited with ${code}: ${output.stderr}`)),
    ]);
  }
}

const newSocket = () => join(directory, `${++sockets}.sock`);
const open = (path: string, options: { token?: string } = {}) =>
  connect(dial(path), { pluginName: 'raw', contractHash, ...options });

describe('serve', () => {
  it('says how to be run, and exits with 2, where there is no address', async () => {
    const started = start({});
    assert.equal(await started.exited, 2);
    assert.match(started.output.stderr, /PLUGIN_ADDR=127\.0\.0\.1:9000 node .*raw-serve\.mjs/);
    assert.match(started.output.stderr, /type = "remote"/);
    assert.equal(started.output.stdout, '');
  });

  it('writes READY in one line of its own, and nothing else, on a socket that is its owner’s', async () => {
    const path = newSocket();
    const started = start({ PLUGIN_SOCKET: path });
    await ready(started);
    assert.equal(started.output.stdout, '\nREADY\n');
    assert.equal(statSync(path).mode & 0o777, 0o600);
    await using client = await open(path);
    assert.equal(String(await client.call(Buffer.from('hello'))), 'hello');
  });

  it('on SIGTERM answers what is open, removes its socket and exits with 0', async () => {
    const path = newSocket();
    const started = start({ PLUGIN_SOCKET: path });
    await ready(started);
    const client = await open(path);
    const open64 = Promise.all(Array.from({ length: 64 }, (_, i) => client.call(Buffer.from(`slow ${i}`))));
    await client.ping();
    started.child.kill('SIGTERM');
    assert.deepEqual(
      (await open64).map(String),
      Array.from({ length: 64 }, (_, i) => `slow ${i}`),
    );
    assert.equal(await started.exited, 0);
    assert.match(started.output.stderr, /stopped/);
    assert.equal(existsSync(path), false);
    await assert.rejects(client.call(Buffer.from('late')), { codeName: 'UNAVAILABLE', retrySafe: true });
  });

  it('refuses what crosses its parting, so that every call was answered or may be retried', async () => {
    const path = newSocket();
    const started = start({ PLUGIN_SOCKET: path });
    await ready(started);
    const client = await open(path);
    let stopped = false;
    const outcomes = { answered: 0, refused: 0 };
    const callers = Array.from({ length: 8 }, async () => {
      while (!stopped) {
        try {
          await client.call(Buffer.from('quick'));
          if (++outcomes.answered === 100) started.child.kill('SIGTERM');
        } catch (error) {
          assert.deepEqual(
            [(error as PluginartError).codeName, (error as PluginartError).retrySafe],
            ['UNAVAILABLE', true],
          );
          outcomes.refused++;
          stopped = true;
        }
      }
    });
    await Promise.all(callers);
    assert.equal(await started.exited, 0);
    assert.ok(outcomes.answered >= 100 && outcomes.refused > 0, JSON.stringify(outcomes));
  });

  it('ends at once on a second signal', async () => {
    const path = newSocket();
    const started = start({ PLUGIN_SOCKET: path });
    await ready(started);
    const client = await open(path);
    const call = client.call(Buffer.from('until-aborted'));
    call.catch(() => {});
    await client.ping();
    started.child.kill('SIGTERM');
    // Two signals that come before the plugin looks are one: the second is sent once it refuses calls.
    let isStopping = false;
    while (!isStopping) {
      isStopping = await client.call(Buffer.from('quick')).then(
        () => false,
        () => true,
      );
    }
    started.child.kill('SIGTERM');
    assert.equal(await started.exited, 143);
    await assert.rejects(call, { codeName: 'UNAVAILABLE', retrySafe: false });
  });

  it('with a token takes only the host that proves it, and hides its variables from handlers', async () => {
    const path = newSocket();
    const env = { PLUGIN_SOCKET: path, PLUGIN_TOKEN: token, PLUGIN_TOKEN_FOR: path };
    const started = start(env);
    await ready(started);
    await assert.rejects(open(path), { codeName: 'UNAUTHENTICATED', origin: 'remote', message: /token_env/ });
    await assert.rejects(open(path, { token: 'cd'.repeat(32) }), { codeName: 'UNAUTHENTICATED' });
    await using client = await open(path, { token });
    assert.equal(String(await client.call(Buffer.from('env'))), 'PLUGIN_SOCKET');
    assert.match(started.output.stderr, /did not prove that it knows/);
  });

  it('ignores a token that is meant for another address, and says so', async () => {
    const path = newSocket();
    const started = start({ PLUGIN_SOCKET: path, PLUGIN_TOKEN: token, PLUGIN_TOKEN_FOR: '/elsewhere' });
    await ready(started);
    await using client = await open(path);
    assert.equal(String(await client.call(Buffer.from('env'))), 'PLUGIN_SOCKET');
    assert.match(started.output.stderr, /PLUGIN_TOKEN is not meant for this address/);
  });

  it('ends soon after its stdin does, but only where the token counts', async () => {
    const path = newSocket();
    const held = start({
      PLUGIN_SOCKET: path,
      PLUGIN_TOKEN: token,
      PLUGIN_TOKEN_FOR: path,
      PLUGIN_LIFELINE: 'stdin',
    });
    await ready(held);
    const client = await open(path, { token });
    const call = client.call(Buffer.from('until-aborted'));
    call.catch(() => {});
    await client.ping();
    held.child.stdin?.end();
    assert.equal(await held.exited, 0);
    assert.match(held.output.stderr, /aborted: the plugin has stopped/);

    const other = newSocket();
    const free = start({ PLUGIN_SOCKET: other, PLUGIN_LIFELINE: 'stdin' });
    await ready(free);
    free.child.stdin?.end();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    assert.equal(free.child.exitCode, null);
  });

  it('replaces a socket file that nobody listens on, and no other', async () => {
    const path = newSocket();
    const crashed = start({ PLUGIN_SOCKET: path });
    await ready(crashed);
    crashed.child.kill('SIGKILL');
    await crashed.exited;
    assert.equal(existsSync(path), true);
    const next = start({ PLUGIN_SOCKET: path });
    await ready(next);
    const third = start({ PLUGIN_SOCKET: path });
    assert.notEqual(await third.exited, 0);
    assert.match(third.output.stderr, /cannot listen on .*in use/);
    await using client = await open(path);
    assert.equal(String(await client.call(Buffer.from('still there'))), 'still there');
  });

  it('listens on TCP where PLUGIN_ADDR says so, and tells what a handler threw', async () => {
    const port = await unusedPort();
    const plugin = start({ PLUGIN_ADDR: `127.0.0.1:${port}` });
    await ready(plugin);
    await using client = await connect(dial(port, '127.0.0.1'), { pluginName: 'raw', contractHash });
    await assert.rejects(client.call(Buffer.from('throw')), { code: 1, message: 'thrown', origin: 'remote' });
    assert.equal(String(await client.call(Buffer.from('after'))), 'after');
    // The caller has the message; where it was thrown is for the plugin's author.
    assert.match(
      plugin.output.stderr,
      /pluginart: the handler failed: TypeError: thrown\n +at .*raw-serve\.mjs/,
    );
    const told = plugin.output.stderr;
    await assert.rejects(client.call(Buffer.from('refuse')), { code: 42, message: 'refused' });
    assert.equal(plugin.output.stderr, told);
  });
});
