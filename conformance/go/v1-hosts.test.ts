/** A Go plugin as a process, and version 1 hosts: PROTOCOL.md, section 4. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { decodePluginError, decodeSeq, encodeHandshakeRequest, encodeSeq } from '../peers/v1/control.ts';
import { encodeFrame, FrameType } from '../peers/v1/frames.ts';
import { V1Host } from '../peers/v1/host.ts';
import { CONTRACT_HASH, freePort, GoPlugin, skipWithoutGo } from './go-plugin.ts';

const mib = 1_048_576;
const OTHER_CONTRACT_HASH = `sha256:${'d'.repeat(64)}`;
const commanded = { HANDLER: 'commanded' };

const request = (text: string): Buffer => encodeFrame(FrameType.CALL_REQUEST, Buffer.from(text));

describe('a Go plugin and a version 1 host', {
  skip: skipWithoutGo,
  concurrency: 4,
  timeout: 120_000,
}, () => {
  for (const kind of ['unix', 'tcp'] as const) {
    test(`${kind}: started, called, pinged, and stopped by SIGTERM`, async () => {
      const where = kind === 'tcp' ? `127.0.0.1:${await freePort()}` : undefined;
      await using plugin = await GoPlugin.start(commanded, where);
      const host = await plugin.v1Host();
      for (const text of ['hello', '', 'grüße']) {
        assert.deepEqual(await host.call(Buffer.from(text)), { payload: Buffer.from(text) });
      }
      for (const seq of [0n, 9n, 2n ** 64n - 1n]) assert.equal(await host.ping(seq), seq);
      assert.equal(await plugin.stop(), 0);
      assert.equal(await host.next(), undefined);
      assert.equal(existsSync(plugin.socket), false);
    });
  }

  test('V1-P2: answers strictly in the order asked, Pong included', async () => {
    await using plugin = await GoPlugin.start(commanded);
    const host = await plugin.v1Host();
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

  test('ten thousand calls in one write', async () => {
    await using plugin = await GoPlugin.start(commanded);
    const host = await plugin.v1Host();
    host.send(Buffer.concat([request('slow:50'), ...new Array<Buffer>(10_000).fill(request('x'))]));
    assert.equal((await host.next())?.payload.toString(), 'slow:50');
    for (let count = 0; count < 10_000; count++) assert.equal((await host.next())?.payload.toString(), 'x');
  });

  test('V1-C4: failures: the application’s own code, and 1 for all else', async () => {
    await using plugin = await GoPlugin.start(commanded);
    const host = await plugin.v1Host();
    const errors = [];
    for (const command of ['fail:why', 'app:42', 'own', 'panic'])
      errors.push(await host.call(Buffer.from(command)));
    assert.deepEqual(errors.slice(0, 3), [
      { error: { code: 1, message: 'why', retry: false } },
      { error: { code: 42, message: 'as told', retry: true } },
      { error: { code: 1, message: 'of the framework', retry: false } },
    ]);
    assert.ok('error' in errors[3]! && errors[3].error.code === 1);
    await plugin.says(/out of temper/);
    assert.deepEqual(await host.call(Buffer.from('still here')), { payload: Buffer.from('still here') });
  });

  test('V1-C5: Cancel tells the handler; the call is answered once all the same', async () => {
    await using plugin = await GoPlugin.start(commanded);
    const host = await plugin.v1Host();
    host.send(Buffer.concat([encodeFrame(FrameType.CANCEL), request('hold')]));
    await delay(50);
    host.send(Buffer.concat([encodeFrame(FrameType.CANCEL), request('next')]));
    const first = await host.next();
    assert.equal(first?.type, FrameType.PLUGIN_ERROR);
    assert.equal(decodePluginError(first.payload).code, 1);
    assert.equal((await host.next())?.payload.toString(), 'next');
  });

  test('V1-C6: exactly 4 MiB both ways; a result of one byte more becomes an error with both sizes', async () => {
    await using plugin = await GoPlugin.start({ ...commanded, MAX_MESSAGE_BYTES: `${64 * mib}` });
    const host = await plugin.v1Host();
    const payload = Buffer.alloc(4 * mib, 'a');
    const same = await host.call(payload);
    assert.ok('payload' in same && same.payload.equals(payload));
    const answer = await host.call(Buffer.from(`large:${4 * mib + 1}`));
    assert.ok('error' in answer);
    assert.equal(answer.error.code, 1);
    assert.match(answer.error.message, /4194305.*4194304/);
    assert.deepEqual(await host.call(Buffer.from('still here')), { payload: Buffer.from('still here') });
  });

  test('V1-F2: a request of one byte more closes, whatever is configured', async () => {
    await using plugin = await GoPlugin.start({ ...commanded, MAX_MESSAGE_BYTES: `${64 * mib}` });
    const host = await plugin.v1Host();
    const frame = request('x');
    frame.writeUInt32LE(4 * mib + 1, 4);
    host.send(frame);
    assert.equal(await host.next(), undefined);
    await plugin.says(/4194305/);
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
    test(`V1-F5: ${what} closes without a word, and hurts nobody else`, async () => {
      await using plugin = await GoPlugin.start(commanded);
      const [host, other] = [await plugin.v1Host(), await plugin.v1Host()];
      host.send(bytes);
      assert.equal(await host.next(), undefined);
      assert.deepEqual(await other.call(Buffer.from('x')), { payload: Buffer.from('x') });
    });
  }

  test('half a frame and silence hurts nobody else', async () => {
    await using plugin = await GoPlugin.start(commanded);
    const halfway = await plugin.v1Host();
    halfway.send(request('hello').subarray(0, 11));
    const other = await plugin.v1Host();
    assert.deepEqual(await other.call(Buffer.from('x')), { payload: Buffer.from('x') });
    halfway.send(request('hello').subarray(11));
    assert.equal((await halfway.next())?.payload.toString(), 'hello');
  });

  test('a host that does not read is held back', async () => {
    await using plugin = await GoPlugin.start({ HANDLER: 'echo' });
    const host = await plugin.v1Host();
    host.stopReading();
    const large = encodeFrame(FrameType.CALL_REQUEST, Buffer.alloc(mib));
    for (let count = 0; count < 200; count++) host.send(large);
    await delay(500);
    assert.ok(plugin.residentBytes < 100 * mib, `${plugin.residentBytes} bytes`);
    host.close();
  });

  test('V1-H4: another contract is refused in so many words, then closed', async () => {
    await using plugin = await GoPlugin.start(commanded);
    const host = await V1Host.dial(plugin.address);
    assert.deepEqual(await host.shakeHands(OTHER_CONTRACT_HASH), {
      ok: false,
      error: 'contract hash mismatch',
    });
    await host.closed;
  });

  test('V2-T2: a plugin with a token refuses with a sentence worth printing', async () => {
    await using plugin = await GoPlugin.startWithToken(commanded, 'ab'.repeat(32));
    const host = await V1Host.dial(plugin.address);
    const { ok, error } = await host.shakeHands(CONTRACT_HASH);
    assert.equal(ok, false);
    assert.match(error ?? '', /another host.*version 2/);
    await host.closed;
  });

  test('draining answers what is open, and only then closes', async () => {
    await using plugin = await GoPlugin.start(commanded);
    const host = await plugin.v1Host();
    host.send(request('slow:300'));
    await delay(100);
    const stopped = plugin.stop();
    assert.equal((await host.next())?.payload.toString(), 'slow:300');
    assert.equal(await host.next(), undefined);
    assert.equal(await stopped, 0);
  });
});
