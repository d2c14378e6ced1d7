import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { dockerSpec, startedContainer } from './docker-spec.ts';
import { containersOf, docker, fixtureImage, skip } from './images.ts';

const image = fixtureImage();

describe('the confinement of a container', { skip }, () => {
  test('without a word in the configuration it may do as little as possible', async (context) => {
    const { send } = await startedContainer(context, dockerSpec(image, { user: '0:0' }));
    const status = await send('read /proc/self/status');
    for (const kind of ['Inh', 'Prm', 'Eff', 'Bnd', 'Amb'])
      assert.match(status, new RegExp(`^Cap${kind}:\\s0{16}$`, 'm'));
    assert.match(status, /^NoNewPrivs:\s1$/m);
    await assert.rejects(send('write /app/dist/index.js'), /EROFS/);
    assert.equal(await send('write /tmp/x'), 'write /tmp/x');
    assert.match(
      await send('read /proc/self/mounts'),
      /^tmpfs \/tmp tmpfs rw,nosuid,nodev,noexec,\S*size=65536k/m,
    );
    assert.deepEqual(limits(), {
      Memory: 0,
      NanoCpus: 0,
      PidsLimit: 512,
      LogConfig: { Type: 'none', Config: {} },
    });
  });

  test('each is relaxed by its key', async (context) => {
    const launch = {
      user: '0:0',
      capabilities: ['NET_BIND_SERVICE'],
      noNewPrivileges: false,
      readOnly: false,
      tmpSize: '1m',
      resources: { pids: 64, memory: '200m', cpus: 0.5 },
    };
    const { send } = await startedContainer(context, dockerSpec(image, launch));
    const status = await send('read /proc/self/status');
    assert.match(status, /^CapEff:\s0{13}400$/m);
    assert.match(status, /^NoNewPrivs:\s0$/m);
    assert.equal(await send('write /app/x'), 'write /app/x');
    assert.match(await send('read /proc/self/mounts'), /^tmpfs \/tmp .*size=1024k/m);
    const { Memory, NanoCpus, PidsLimit } = limits();
    assert.deepEqual(
      { Memory, NanoCpus, PidsLimit },
      { Memory: 200 << 20, NanoCpus: 500_000_000, PidsLimit: 64 },
    );
  });

  test('it runs as whom the image says, or the configuration', async (context) => {
    const { send } = await startedContainer(context, dockerSpec(image));
    assert.match(await send('read /proc/self/status'), /^Uid:\s1000\s/m);
    assert.equal(await send('write /tmp/x'), 'write /tmp/x');
    const other = await startedContainer(context, dockerSpec(image, { user: '1234:99' }));
    assert.match(await other.send('read /proc/self/status'), /^Uid:\s1234\s[\s\S]*^Gid:\s99\s/m);
  });

  function limits() {
    const name = containersOf(process.pid).at(0);
    const { Memory, NanoCpus, PidsLimit, LogConfig } = JSON.parse(
      docker('inspect', '--format', '{{json .HostConfig}}', name!),
    );
    return { Memory, NanoCpus, PidsLimit, LogConfig };
  }
});
