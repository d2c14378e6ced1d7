/** Our plugin against a version 1 host of somebody else's: PROTOCOL.md, section 4. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import {
  decodePluginError,
  decodeSeq,
  encodeHandshakeRequest,
  encodeSeq,
} from '../../../../conformance/peers/v1/control.ts';
import { encodeFrame, FrameType } from '../../../../conformance/peers/v1/frames.ts';
import type { V1Host } from '../../../../conformance/peers/v1/host.ts';
import { ErrorCode, PluginartError, PluginError } from '../../src/errors/index.ts';
import type { RawHandler } from '../../src/plugin/service.ts';
import { CONTRACT_HASH, handlers, OTHER_CONTRACT_HASH, PluginUnderTest, TOKEN } from './pairs.ts';

const mib = 1_048_576;

/** `slow:20:x` answers `slow:20:x` after 20 ms; the rest says what it does. */
const commanded: RawHandler = async (payload, { signal }) => {
  const [command, argument] = payload.toString('latin1', 0, 32).split(':');
  if (command === 'slow') await delay(Number(argument));
  if (command === 'throw') throw new Error('it broke');
  if (command === 'app') throw new PluginError('as told', { code: 42, retry: true });
  if (command === 'own') throw new PluginartError(ErrorCode.UNAVAILABLE, 'of the framework');
  if (command === 'large') return Buffer.alloc(Number(argument), 'a');
  if (command === 'until-told') return handlers.hold(payload, { signal } as Parameters<RawHandler>[1]);
  return payload;
};

async function connected(plugin: PluginUnderTest): Promise<V1Host> {
  const host = plugin.v1Peer();
  assert.deepEqual(await host.shakeHands(CONTRACT_HASH), { ok: true, error: undefined });
  return host;
}

const request = (text: string): Buffer => encodeFrame(FrameType.CALL_REQUEST, Buffer.from(text));

describe('our plugin and a version 1 host', { concurrency: 8, timeout: 120_000 }, () => {
  test('calls and pings', async () => {
    await using plugin = new PluginUnderTest(commanded);
    const host = await connected(plugin);
    for (const text of ['a', '', 'grüße']) {
      assert.deepEqual(await host.call(Buffer.from(text)), { payload: Buffer.from(text) });
    }
    assert.equal(await host.ping(0n), 0n);
    assert.equal(await host.ping(2n ** 64n - 1n), 2n ** 64n - 1n);
  });

  test('V1-P2: answers strictly in the order asked, Pong included', async () => {
    await using plugin = new PluginUnderTest(commanded);
    const host = await connected(plugin);
    const ping = encodeFrame(FrameType.PING, encodeSeq(5n));
    host.send(
      Buffer.concat([request('slow:80:a'), ping, request('b'), request('slow:20:c'), ping, request('d')]),
    );
    const seen: string[] = [];
    for (let count = 0; count < 6; count++) {
      const frame = await host.next();
      seen.push(frame?.type === FrameType.PONG ? `pong ${decodeSeq(frame.payload)}` : String(frame?.payload));
    }
    assert.deepEqual(seen, ['slow:80:a', 'pong 5', 'b', 'slow:20:c', 'pong 5', 'd']);
  });

  test('ten thousand calls in one write, by a handler that answers at once', async () => {
    await using plugin = new PluginUnderTest(handlers.echo);
    const host = await connected(plugin);
    host.send(Buffer.concat(new Array(10_000).fill(request('x'))));
    for (let count = 0; count < 10_000; count++) assert.equal((await host.next())?.payload.toString(), 'x');
  });

  test('ten thousand calls behind one that takes its time', async () => {
    let isFirst = true;
    await using plugin = new PluginUnderTest((payload) => {
      if (!isFirst) return payload;
      isFirst = false;
      return delay(50, payload);
    });
    const host = await connected(plugin);
    host.send(Buffer.concat(new Array(10_000).fill(request('x'))));
    for (let count = 0; count < 10_000; count++) assert.equal((await host.next())?.payload.toString(), 'x');
  });

  test('V1-C4: failures: the application’s own code, and 1 for all else', async () => {
    await using plugin = new PluginUnderTest(commanded);
    const host = await connected(plugin);
    const errors = [];
    for (const command of ['throw', 'app', 'own']) errors.push(await host.call(Buffer.from(command)));
    assert.deepEqual(errors, [
      { error: { code: 1, message: 'it broke', retry: false } },
      { error: { code: 42, message: 'as told', retry: true } },
      { error: { code: 1, message: 'of the framework', retry: false } },
    ]);
    assert.deepEqual(await host.call(Buffer.from('still here')), { payload: Buffer.from('still here') });
  });

  test('V1-C5: Cancel tells the handler; the call is answered once all the same', async () => {
    await using plugin = new PluginUnderTest(commanded);
    const host = await connected(plugin);
    host.send(Buffer.concat([encodeFrame(FrameType.CANCEL), request('until-told')]));
    await delay(20);
    host.send(Buffer.concat([encodeFrame(FrameType.CANCEL), request('next')]));
    const first = await host.next();
    assert.equal(first?.type, FrameType.PLUGIN_ERROR);
    assert.equal(decodePluginError(first.payload).code, 1);
    assert.equal((await host.next())?.payload.toString(), 'next');
  });

  test('a message of exactly 4 MiB, both ways', async () => {
    await using plugin = new PluginUnderTest(handlers.echo);
    const host = await connected(plugin);
    const payload = Buffer.alloc(4 * mib, 'a');
    const answer = await host.call(payload);
    assert.ok('payload' in answer && answer.payload.equals(payload));
  });

  test('V1-C6: a result of one byte more becomes an error that names both sizes', async () => {
    await using plugin = new PluginUnderTest(commanded, { maxMessageBytes: 64 * mib });
    const host = await connected(plugin);
    const answer = await host.call(Buffer.from(`large:${4 * mib + 1}`));
    assert.ok('error' in answer);
    assert.equal(answer.error.code, 1);
    assert.match(answer.error.message, /4194305.*4194304/);
    assert.deepEqual(await host.call(Buffer.from('still here')), { payload: Buffer.from('still here') });
  });

  test('V1-F2: a request of one byte more closes, whatever is configured', async () => {
    await using plugin = new PluginUnderTest(commanded, { maxMessageBytes: 64 * mib });
    const host = await connected(plugin);
    const frame = request('x');
    frame.writeUInt32LE(4 * mib + 1, 4);
    host.send(frame);
    assert.equal(await host.next(), undefined);
    assert.equal(plugin.errors[0]?.code, ErrorCode.PROTOCOL_VIOLATION);
  });

  for (const [what, bytes] of [
    ['garbage', Buffer.from('what is this?')],
    ['an unknown type', encodeFrame(9)],
    ['a frame only plugins send', encodeFrame(FrameType.CALL_RESPONSE)],
    [
      'a second handshake',
      encodeFrame(FrameType.HANDSHAKE_REQUEST, encodeHandshakeRequest(CONTRACT_HASH, 'x')),
    ],
    ['a ping that does not decode', encodeFrame(FrameType.PING, Buffer.from('junk'))],
  ] as const) {
    test(`V1-F5: ${what} closes without a word`, async () => {
      await using plugin = new PluginUnderTest(commanded);
      const host = await connected(plugin);
      host.send(bytes);
      assert.equal(await host.next(), undefined);
      assert.equal(plugin.errors[0]?.code, ErrorCode.PROTOCOL_VIOLATION);
    });
  }

  test('half a frame and silence hurts nobody else', async () => {
    await using plugin = new PluginUnderTest(commanded);
    const halfway = await connected(plugin);
    halfway.send(request('hello').subarray(0, 11));
    const other = await connected(plugin);
    assert.deepEqual(await other.call(Buffer.from('x')), { payload: Buffer.from('x') });
    halfway.send(request('hello').subarray(11));
    assert.equal((await halfway.next())?.payload.toString(), 'hello');
  });

  test('a host that does not read is held back', async () => {
    let calls = 0;
    await using plugin = new PluginUnderTest(async (payload) => {
      calls++;
      await delay(1);
      return payload;
    });
    const host = await connected(plugin);
    host.stopReading();
    const large = encodeFrame(FrameType.CALL_REQUEST, Buffer.alloc(mib));
    for (let count = 0; count < 200; count++) host.send(large);
    await delay(500);
    assert.ok(calls < 150, `${calls} calls were taken, their answers held in memory`);
    host.close();
  });

  test('V1-H4: another contract is refused in so many words, then closed', async () => {
    await using plugin = new PluginUnderTest(commanded);
    const host = plugin.v1Peer();
    assert.deepEqual(await host.shakeHands(OTHER_CONTRACT_HASH), {
      ok: false,
      error: 'contract hash mismatch',
    });
    await host.closed;
  });

  test('V2-T2: a plugin with a token refuses with a sentence worth printing', async () => {
    await using plugin = new PluginUnderTest(commanded, { token: TOKEN });
    const host = plugin.v1Peer();
    const { ok, error } = await host.shakeHands(CONTRACT_HASH);
    assert.equal(ok, false);
    assert.match(error ?? '', /another host.*version 2/);
    await host.closed;
  });

  test('draining answers what is open, and only then closes', async () => {
    const begun = Promise.withResolvers<void>();
    await using plugin = new PluginUnderTest((payload) => {
      begun.resolve();
      return delay(80, payload);
    });
    const host = await connected(plugin);
    host.send(request('open'));
    await begun.promise;
    const drained = plugin.server.drain();
    assert.equal((await host.next())?.payload.toString(), 'open');
    assert.equal(await host.next(), undefined);
    await drained;
  });
});
