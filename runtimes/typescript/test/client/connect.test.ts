import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { connect } from '../../src/client/connect.ts';
import { ErrorCode } from '../../src/errors/index.ts';
import { RawDispatcher } from '../../src/plugin/dispatcher.ts';
import { PluginServer } from '../../src/plugin/plugin-server.ts';
import type { Listener } from '../../src/transport/listener.ts';
import { listenUnix } from '../../src/transport/unix.ts';

const contractHash = `sha256:${'0'.repeat(64)}`;
const options = { pluginName: 'echo', contractHash };

describe('connect', () => {
  const directory = mkdtempSync(join(tmpdir(), 'pluginart-'));
  const path = join(directory, 's');
  const server = new PluginServer(new RawDispatcher((payload) => payload, contractHash, undefined), {});
  let listener: Listener;
  before(async () => {
    listener = await listenUnix(path, (link) => void server.accept(link));
  });
  after(() => {
    listener.close();
    server.destroy();
    rmSync(directory, { recursive: true, force: true });
  });

  for (const [how, target] of [
    ['a path', () => path],
    ['a socket', () => connectSocket(path)],
  ] as const) {
    for (const onlyVersion1 of [false, true]) {
      it(`takes ${how}, version ${onlyVersion1 ? 1 : 2}`, async () => {
        await using client = await connect(target(), { ...options, onlyVersion1 });
        assert.equal(client.protocol, onlyVersion1 ? 1 : 2);
        for (const bytes of [0, 100, 16_384, 65_536, 1_000_000, 4_194_304]) {
          const payload = Buffer.alloc(bytes, bytes % 251);
          const answers = await Promise.all([client.call(payload), client.call(payload)]);
          for (const answer of answers) assert.ok(answer.equals(payload), `${bytes} bytes`);
        }
      });
    }
  }

  it('keeps messages of all sizes apart while the socket is full', async () => {
    await using client = await connect(path, options);
    const sizes = [10, 100, 3_000, 10_000, 16_383, 16_384, 40_000, 300_000];
    const caller = async (_: unknown, caller: number) => {
      for (let call = 0; call < 40; call++) {
        const payload = Buffer.alloc(sizes[(caller * 7 + call) % sizes.length]!, `${caller} ${call} `);
        assert.ok((await client.call(payload)).equals(payload), `call ${call} of caller ${caller}`);
      }
    };
    await Promise.all(Array.from({ length: 100 }, caller));
  });

  it('says that there is no such socket', async () => {
    await assert.rejects(connect(join(directory, 'none'), options), {
      code: ErrorCode.UNAVAILABLE,
      retrySafe: true,
    });
  });
});
