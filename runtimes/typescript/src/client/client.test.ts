import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PluginartError } from '../errors/index.ts';
import { RawDispatcher } from '../plugin/dispatcher.ts';
import { PluginServer } from '../plugin/plugin-server.ts';
import type { RawHandler } from '../plugin/service.ts';
import type { Method } from '../session/method.ts';
import { openHostSession } from '../session/open-host-session.ts';
import { memoryLinks } from '../transport/memory.ts';
import { Client } from './client.ts';

const contractHash = `sha256:${'0'.repeat(64)}`;
const forever = () => new Promise<never>(() => {});

async function joined(handler: RawHandler, maxConcurrentCalls = 256) {
  const [hostLink, pluginLink] = memoryLinks();
  const server = new PluginServer(new RawDispatcher(handler, contractHash, undefined), {
    maxConcurrentCalls,
  });
  void server.accept(pluginLink);
  const client = new Client(await openHostSession(hostLink, { pluginName: 'raw', contractHash }));
  return { client, server };
}

describe('Client', () => {
  it('closes without waiting for calls that nobody waits for', async () => {
    const { client } = await joined(forever);
    await assert.rejects(client.call(Buffer.from('x'), { timeoutMs: 20 }), { codeName: 'DEADLINE_EXCEEDED' });
    assert.equal(client.openCalls, 1);
    await client.close();
  });

  it('closes once the last call that somebody waits for is given up on', async () => {
    const { client } = await joined(forever);
    const call = client.call(Buffer.from('x'), { timeoutMs: 50 });
    const closed = client.close();
    await assert.rejects(call, { codeName: 'DEADLINE_EXCEEDED' });
    await closed;
  });

  it('counts slots right when long calls are given up on before they are sent', async () => {
    const { client } = await joined((payload) => payload.subarray(0, 1), 2);
    for (let round = 0; round < 5; round++) {
      const gone = new AbortController();
      const calls = [1, 2, 3].map(() => client.call(Buffer.alloc(3_000_000), { signal: gone.signal }));
      gone.abort();
      for (const call of calls) await assert.rejects(call, { codeName: 'CANCELLED', retrySafe: true });
    }
    assert.equal(client.openCalls, 0);
    assert.equal((await client.call(Buffer.from('after'))).length, 1);
    await client.close();
  });

  it('refuses a call that is made while another is being encoded, and keeps that one whole', async () => {
    const { client } = await joined((payload) => payload);
    let inner: Promise<unknown> | undefined;
    const method: Method<{ readonly text: string }, string> = {
      name: 'Echo',
      service: 'Test',
      code: 1,
      contractHash,
      idempotent: false,
      streaming: 'none',
      encodeCall(writer, { text }) {
        writer.reserve(writer.position, text.length);
        writer.position += writer.bytes.write(text, writer.position);
      },
      decodeResponse: (reader) => reader.bytes.toString('latin1', reader.start, reader.end),
    };
    const request = {
      get text() {
        inner ??= client
          .invoke('raw', method, { text: 'inner' })
          .catch((error: PluginartError) => error.message);
        return 'outer';
      },
    };
    assert.equal(await client.invoke('raw', method, request), 'outer');
    assert.equal(await inner, 'a call was made while another was being encoded');
    await client.close();
  });

  it('says of a request over the limit that it will not fit the next time either', async () => {
    const { client } = await joined((payload) => payload);
    await assert.rejects(client.call(Buffer.alloc(5_000_000)), {
      codeName: 'RESOURCE_EXHAUSTED',
      retrySafe: false,
      message: /5000000 bytes long.*at most 4194304/,
    });
    await client.close();
  });
});

describe('PluginServer', () => {
  it('stops soon although handlers of cancelled calls do not return', async () => {
    const { client, server } = await joined(forever);
    await assert.rejects(client.call(Buffer.from('x'), { timeoutMs: 20 }), { codeName: 'DEADLINE_EXCEEDED' });
    await client.ping();
    await server.drain();
  });
});
