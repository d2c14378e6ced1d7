import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';

import { dockerSpec, startedContainer } from './docker-spec.ts';
import { containersOf, docker, fixtureImage, skip } from './images.ts';

const image = fixtureImage();

describe('calls into a container', { skip }, () => {
  for (const transport of ['tcp', 'unix'] as const) {
    test(`by ${transport}, and nothing is left afterwards`, async (context) => {
      const { manager, send, status } = await startedContainer(context, dockerSpec(image, { transport }));
      assert.equal(await send('hello'), 'hello');
      assert.equal(status().protocol, 2);
      assert.match(
        status().address!,
        transport === 'tcp' ? /^127\.0\.0\.1:\d+$/ : /^unix:\/.+\/plugin\.sock$/,
      );
      const large = 'x'.repeat(2_000_000);
      assert.equal(await send(large), large);
      assert.equal(containersOf(process.pid).length, 1);
      await manager.shutdown();
      assert.deepEqual(containersOf(process.pid), []);
    });
  }

  test('its port is published on 127.0.0.1 and nowhere else', async (context) => {
    const { status } = await startedContainer(context, dockerSpec(image));
    const [name] = containersOf(process.pid);
    const port = status().address!.split(':')[1];
    const format = '{{json .HostConfig.PortBindings}}';
    assert.deepEqual(JSON.parse(docker('inspect', '--format', format, name!)), {
      [`${port}/tcp`]: [{ HostIp: '127.0.0.1', HostPort: port }],
    });
  });

  test('by a socket alone, without any network', async (context) => {
    const { send } = await startedContainer(
      context,
      dockerSpec(image, { transport: 'unix', network: 'none' }),
    );
    assert.equal(await send('hello'), 'hello');
    assert.doesNotMatch(await send('read /proc/net/dev'), /eth0/);
  });

  test('it gets its variables, whatever they are called and hold; and no others of the host', async (context) => {
    const env = {
      PLAIN: 'a  b',
      LINES: 'one\ntwo',
      EMPTY: '',
      'odd.name': 'x=y',
      UID: 'seven',
      HOME: '/tmp',
      DOCKER_HOST: 'tcp://192.0.2.1:2375',
    };
    const { send } = await startedContainer(context, dockerSpec(image, { env }));
    const seen = JSON.parse(await send('env'));
    for (const [name, value] of Object.entries(env)) assert.equal(seen.env[name], value, name);
    assert.match(seen.env.PLUGIN_ADDR, /^0\.0\.0\.0:\d+$/);
    assert.equal(seen.env.PLUGIN_TOKEN, undefined);
    assert.equal(seen.env.NODE_TEST_CONTEXT, undefined);
    assert.ok(process.env.NODE_TEST_CONTEXT !== undefined, 'which the host has');
  });

  test('neither its token nor its variables stand in the list of processes', {
    skip: process.platform !== 'linux' && 'needs /proc',
  }, async (context) => {
    const env = { SECRET: 'for-nobody-else', 'odd.secret': 'for-nobody-else' };
    const { status } = await startedContainer(context, dockerSpec(image, { env }));
    const lines = commandLines();
    assert.ok(lines.some((line) => line.includes(image) && line.includes('\0--env\0SECRET\0')));
    assert.ok(lines.every((line) => !line.includes('for-nobody-else')));
    const environment = readFileSync(`/proc/${status().pid}/environ`, 'utf8');
    const token = /(?:^|\0)PLUGIN_TOKEN=([\da-f]{64})\0/.exec(environment)?.[1];
    assert.ok(token !== undefined);
    assert.ok(lines.every((line) => !line.includes(token)));
  });

  test('it says whose it is', async (context) => {
    await startedContainer(context, dockerSpec(image));
    const [name] = containersOf(process.pid);
    assert.match(name!, /^pluginart-\w{6}-echo-\d+$/);
    assert.equal(docker('inspect', '--format', '{{index .Config.Labels "pluginart.plugin"}}', name!), 'echo');
  });
});

function commandLines(): string[] {
  const read = (pid: string) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    } catch {
      return '';
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(read);
}
