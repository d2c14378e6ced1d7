import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import { ErrorCode, type PluginartError, TransportError } from '../../../src/errors/index.ts';
import type { LogRecord } from '../../../src/host/manager/log-record.ts';
import { PluginManager } from '../../../src/host/manager/plugin-manager.ts';
import { CONTRACT_HASH } from '../../fixtures/plugin-spec.ts';
import { openDescriptors, until } from '../processes.ts';
import { managerOf } from '../started-manager.ts';
import { dockerSpec, startedContainer } from './docker-spec.ts';
import { containersOf, docker, fixtureImage, skip } from './images.ts';

const image = fixtureImage();
const BYTES = 100 * 1024 * 1024;
const MAX_PIECE_BYTES = 65_536;
const MAX_GROWTH_BYTES = 64 * 1024 * 1024;

async function outcomeOf(call: Promise<unknown>): Promise<PluginartError> {
  return call.then(
    () => assert.fail('it was answered'),
    (error: PluginartError) => error,
  );
}

describe('the life of a container', { skip }, () => {
  test('a crash fails what is open, with the evidence, and a new one takes its place', async (context) => {
    const { send, status } = await startedContainer(context, dockerSpec(image));
    const [first] = containersOf(process.pid);
    const error = await outcomeOf(send('crash'));
    assert.ok(error instanceof TransportError);
    assert.equal(error.code, ErrorCode.UNAVAILABLE);
    assert.match(error.message, /plugin "echo" exited with code 7; its last words: panic: told to crash/);
    assert.equal(error.evidence?.exitCode, 7);
    assert.equal(await send('hello'), 'hello');
    assert.equal(status().restarts, 1);
    const [second, ...others] = containersOf(process.pid);
    assert.ok(first !== undefined && second !== undefined && first !== second && others.length === 0);
  });

  test('a container that somebody kills is started again; so is one that lost its docker client', async (context) => {
    const { send, status } = await startedContainer(context, dockerSpec(image));
    const hanging = outcomeOf(send('hang'));
    const [first] = containersOf(process.pid);
    docker('kill', first!);
    assert.match((await hanging).message, /was killed by SIGKILL, by somebody else/);
    assert.equal(await send('hello'), 'hello');

    const orphan = containersOf(process.pid)[0]!;
    const lost = outcomeOf(send('hang'));
    process.kill(status().pid!, 'SIGKILL');
    assert.match((await lost).message, /lost its docker client, which was killed by SIGKILL/);
    assert.equal(await send('hello'), 'hello');
    assert.ok(!containersOf(process.pid).includes(orphan));
  });

  test('deaths with calls in flight, again and again: all settle, and no descriptor leaks', async (context) => {
    const spec = dockerSpec(image, {}, { maxRestarts: 5, restartBackoffMaxMs: 1 });
    const { send, status } = await startedContainer(context, spec);
    const descriptors: (number | undefined)[] = [];
    for (let death = 0; death < 5; death++) {
      assert.equal(await send('hello'), 'hello');
      descriptors.push(openDescriptors());
      const calls = Array.from({ length: 16 }, () => outcomeOf(send('hang')));
      await until('all are with the plugin', () => status().openCalls === 16);
      docker('kill', containersOf(process.pid)[0]!);
      for (const error of await Promise.all(calls)) assert.equal(error.code, ErrorCode.UNAVAILABLE);
    }
    assert.equal(await send('hello'), 'hello');
    assert.equal(openDescriptors(), descriptors[0], 'descriptors open before and after');
  });

  test('one that runs out of memory says so, with the limit', async (context) => {
    const resources = { pids: 512, memory: '256m' };
    const { send } = await startedContainer(context, dockerSpec(image, { resources }));
    const error = await outcomeOf(send('eat'));
    assert.equal(error.code, ErrorCode.UNAVAILABLE);
    assert.match(error.message, /plugin "echo" was killed for want of memory \(resources\.memory is 256m\)/);
    assert.equal(await send('hello'), 'hello');
  });

  test('one that crashes again and again is given up', async (context) => {
    const spec = dockerSpec(image, {}, { maxRestarts: 1, restartBackoffMaxMs: 1 });
    const { send, status } = await startedContainer(context, spec);
    for (let crash = 0; crash < 2; crash++) await outcomeOf(send('crash'));
    await until('it is given up', () => status().state === 'failed');
    assert.deepEqual(containersOf(process.pid), []);
  });

  test('calls that are open are answered before it stops, and it may put things away', async (context) => {
    const spec = dockerSpec(image, {}, { shutdownTimeoutMs: 60_000 });
    const { manager, send, log, status } = await startedContainer(context, spec);
    const answers = Promise.all([send('sleep 700'), send('sleep 900')]);
    await until('both are with the plugin', () => status().openCalls === 2);
    await manager.shutdown();
    assert.deepEqual(await answers, ['sleep 700', 'sleep 900']);
    assert.deepEqual(containersOf(process.pid), []);
    assert.ok(log.every(({ message }) => !message.includes('docker')));
  });

  test('what spins, and hears of no SIGTERM, is killed after shutdown_timeout', async (context) => {
    const spec = dockerSpec(image, {}, { shutdownTimeoutMs: 1_000 });
    const { manager, send } = await startedContainer(context, spec);
    const spinning = outcomeOf(send('spin'));
    await delay(500);
    await manager.shutdown();
    assert.equal((await spinning).code, ErrorCode.UNAVAILABLE);
    assert.deepEqual(containersOf(process.pid), []);
  });

  for (const stream of ['stdout', 'stderr'] as const) {
    test(`100 MB without a newline on ${stream}`, async () => {
      let seen = 0;
      let peakBytes = 0;
      const logger = ({ message }: LogRecord) => {
        seen += message.length;
        assert.ok(message.length <= MAX_PIECE_BYTES);
        peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
      };
      const beforeBytes = process.memoryUsage.rss();
      const manager = new PluginManager([dockerSpec(image)], { logger });
      await manager.start();
      const flood = manager.call('echo', Buffer.from(`flood ${stream} ${BYTES}`));
      assert.equal(await manager.call('echo', Buffer.from('hello')).then(String), 'hello');
      await flood;
      await until('all of it arrived', () => seen > BYTES - MAX_PIECE_BYTES);
      await manager.shutdown();
      assert.equal(seen, BYTES);
      const grown = peakBytes - beforeBytes;
      assert.ok(grown < MAX_GROWTH_BYTES, `the host grew by ${grown} bytes`);
    });
  }

  test("two managers, and two containers of each, keep out of each other's way", async (context) => {
    const managers = [1, 2].map(() => {
      const specs = (['tcp', 'unix'] as const).map((transport) => ({
        ...dockerSpec(image, { transport }),
        name: transport,
      }));
      return managerOf(context, ...specs);
    });
    await Promise.all(managers.map((manager) => manager.start()));
    assert.equal(containersOf(process.pid).length, 4);
    const calls = managers.flatMap((manager) =>
      ['tcp', 'unix'].map((name) => manager.call(name, Buffer.from(name)).then(String)),
    );
    assert.deepEqual(await Promise.all(calls), ['tcp', 'unix', 'tcp', 'unix']);
    await managers[0]!.shutdown();
    assert.equal(containersOf(process.pid).length, 2);
    assert.equal(await managers[1]!.call('tcp', Buffer.from('still')).then(String), 'still');
  });

  test('a version 1 plugin that does not know of lifelines', async (context) => {
    const args = ['/app/test/fixtures/plugins/v1-plugin.mjs'];
    const { send, status } = await startedContainer(context, dockerSpec(image, { args }));
    assert.equal(status().protocol, 1);
    assert.equal(await send('hello'), 'hello');
  });

  test('READY a moment too early is forgiven, and READY without a listener explained', async (context) => {
    const serve = `serve((payload) => payload, { contractHash: '${CONTRACT_HASH}' })`;
    const early = `import('/app/dist/index.js').then(({ serve }) => { console.log('READY'); setTimeout(() => ${serve}, 20) })`;
    const { send } = await startedContainer(context, dockerSpec(image, { args: ['-e', early] }));
    assert.equal(await send('hello'), 'hello');

    const deaf = `console.log('READY'); setInterval(() => {}, 1000)`;
    const error = await outcomeOf(managerOf(context, dockerSpec(image, { args: ['-e', deaf] })).start());
    assert.equal(error.code, ErrorCode.STARTUP_FAILED);
    assert.match(error.message, /printed READY, but .*; it has to listen at PLUGIN_ADDR/);
  });
});
