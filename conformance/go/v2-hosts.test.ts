/** A Go plugin as a process, and version 2 hosts that misbehave. What single frames do is in exchanges.test.ts. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as delay, setImmediate } from 'node:timers/promises';
import { MORE, V2, v2Frame } from '../../protocol/vectors/generate/frames.ts';
import { hostProof, pluginProof } from '../../protocol/vectors/generate/proof.ts';
import { ErrorCode } from '../../runtimes/typescript/src/errors/index.ts';
import { Table } from '../peers/table.ts';
import type { Frame } from '../peers/v2/connection.ts';
import { errorOf, V2Host } from '../peers/v2/host.ts';
import { CONTRACT_HASH, GoPlugin, skipWithoutGo } from './go-plugin.ts';

const TOKEN = 'ab'.repeat(32);
const NONCE = 'a0a1a2a3a4a5a6a7a8a9aaabacadaeaf';
const OTHER_CONTRACT_HASH = `sha256:${'d'.repeat(64)}`;
const commanded = { HANDLER: 'commanded' };

/** The next frame of a type; others are dropped. */
async function next(host: V2Host, type: number): Promise<Frame> {
  for (;;) {
    const frame = await host.next();
    assert.ok(frame !== undefined, `closed before a frame of type ${type}`);
    if (frame.type === type) return frame;
  }
}

const settings = { skip: skipWithoutGo, concurrency: 4, timeout: 180_000 };

describe('a Go plugin and a host that should not get in', settings, () => {
  test('V2-T3: the right proof is answered by the right proof, and no handler sees the token', async () => {
    await using plugin = await GoPlugin.startWithToken(commanded, TOKEN);
    const host = await V2Host.dial(plugin.address);
    const response = await host.shakeHands({ contractHash: CONTRACT_HASH, token: TOKEN, nonce: NONCE });
    const proof = hostProof(TOKEN, NONCE, CONTRACT_HASH);
    assert.equal(response?.accept?.proof, pluginProof(TOKEN, NONCE, proof));
    const environment = (await host.call(1, Buffer.from('env')))?.body.toString();
    assert.match(environment ?? '', /^PLUGIN_SOCKET=/m);
    assert.doesNotMatch(environment ?? '', /^PLUGIN_(TOKEN|LIFELINE)/m);
  });

  test('S9: a token that is meant for another address does not count, and it says so', async () => {
    await using plugin = await GoPlugin.start({
      ...commanded,
      PLUGIN_TOKEN: TOKEN,
      PLUGIN_TOKEN_FOR: '/other',
    });
    const host = await plugin.v2Host();
    assert.equal((await host.call(1, Buffer.from('x')))?.body.toString(), 'x');
    await plugin.says(/PLUGIN_TOKEN is not meant for this address/);
  });

  test('V2-T2: a nonce again, on a later connection and on one of the same time', async () => {
    await using plugin = await GoPlugin.startWithToken(commanded, TOKEN);
    const introduction = { contractHash: CONTRACT_HASH, token: TOKEN, nonce: NONCE };
    const hosts = [await V2Host.dial(plugin.address), await V2Host.dial(plugin.address)];
    const responses = await Promise.all(hosts.map((host) => host.shakeHands(introduction)));
    assert.deepEqual(responses.map((response) => response?.ok).sort(), [false, true]);
    const replayed = await V2Host.dial(plugin.address);
    const response = await replayed.shakeHands(introduction);
    assert.equal(response?.ok, false);
    assert.equal(response.code, ErrorCode.UNAUTHENTICATED);
    assert.equal(response.accept, undefined);
    await replayed.closed;
  });

  test('V2-N10: another contract: both hashes are told, after the proof only', async () => {
    await using plugin = await GoPlugin.startWithToken(commanded, TOKEN);
    const contractHash = OTHER_CONTRACT_HASH;
    const stranger = await (await V2Host.dial(plugin.address)).shakeHands({ contractHash });
    assert.equal(stranger?.code, ErrorCode.UNAUTHENTICATED);
    assert.equal(stranger.accept, undefined);
    const known = await (await V2Host.dial(plugin.address)).shakeHands({ contractHash, token: TOKEN });
    assert.equal(known?.code, ErrorCode.CONTRACT_MISMATCH);
    assert.equal(known.accept?.contractHash, CONTRACT_HASH);
  });

  test('V2-N6: frames sent along with the request', async () => {
    await using plugin = await GoPlugin.start(commanded);
    const early = v2Frame({ type: V2.CALL, stream: 1, body: Buffer.from('x') });
    const host = await V2Host.dial(plugin.address);
    assert.equal(await host.shakeHands({ contractHash: CONTRACT_HASH, early }), undefined);
    await plugin.says(/broke the protocol/);
  });
});

describe('a Go plugin and a misbehaving host', settings, () => {
  test('half a frame and silence hurts nobody else', async () => {
    await using plugin = await GoPlugin.start(commanded);
    const halfway = await plugin.v2Host();
    const call = v2Frame({ type: V2.CALL, stream: 1, body: Buffer.from('hello') });
    halfway.send(call.subarray(0, 18));
    const other = await plugin.v2Host();
    assert.equal((await other.call(1, Buffer.from('x')))?.body.toString(), 'x');
    halfway.send(call.subarray(18));
    assert.equal((await next(halfway, V2.RESPONSE)).body.toString(), 'hello');
  });

  test('V2-S5: each call has one terminal, however it was cancelled', async () => {
    await using plugin = await GoPlugin.start({ HANDLER: 'hold' });
    const host = await plugin.v2Host();
    const streams = Array.from({ length: 100 }, (_, index) => 2 * index + 1);
    const frames = streams.flatMap((stream) => [
      v2Frame({ type: V2.CALL, stream, body: Buffer.from('x') }),
      ...(stream % 3 === 0 ? [v2Frame({ type: V2.CANCEL, stream })] : []),
      v2Frame({ type: V2.CANCEL, stream }),
    ]);
    host.send(Buffer.concat(frames));
    const ended = new Map<number, number>();
    while (ended.size < streams.length) {
      const { stream } = await next(host, V2.ERROR);
      ended.set(stream, (ended.get(stream) ?? 0) + 1);
    }
    assert.ok([...ended.values()].every((count) => count === 1));
    // All slots are free again.
    host.send(Buffer.concat(streams.map((stream) => v2Frame({ type: V2.CALL, stream: stream + 1_000 }))));
    host.sendFrame({ type: V2.PING, arg: 2 });
    assert.equal((await host.next())?.arg, 2);
  });

  test('V2-D4: a handler that goes on after CANCEL keeps its slot', async () => {
    await using plugin = await GoPlugin.start({ ...commanded, MAX_CONCURRENT_CALLS: '1' });
    const host = await plugin.v2Host();
    host.sendFrame({ type: V2.CALL, stream: 1, body: Buffer.from('slow:150') });
    host.sendFrame({ type: V2.CANCEL, stream: 1 });
    const terminal = await host.next();
    assert.equal(terminal?.stream, 1);
    assert.ok(terminal.type === V2.RESPONSE || terminal.type === V2.ERROR);
    host.sendFrame({ type: V2.CALL, stream: 3, body: Buffer.from('next') });
    assert.equal((await next(host, V2.RESPONSE)).body.toString(), 'next');
  });

  test('V2-D1: a handler sees the time that is left, and is told when it is up', async () => {
    await using plugin = await GoPlugin.start(commanded);
    const host = await plugin.v2Host();
    host.sendFrame({ type: V2.CALL, stream: 1, arg: 20_000, body: Buffer.from('time-left') });
    const [limited, left] = (await next(host, V2.RESPONSE)).body.toString().split(' ');
    assert.ok(limited === 'true' && Number(left) > 0 && Number(left) <= 20_000, left);
    host.sendFrame({ type: V2.CALL, stream: 3, body: Buffer.from('time-left') });
    assert.match((await next(host, V2.RESPONSE)).body.toString(), /^false /);
    host.sendFrame({ type: V2.CALL, stream: 5, arg: 60, body: Buffer.from('hold') });
    assert.equal(errorOf(await next(host, V2.ERROR)).code, ErrorCode.DEADLINE_EXCEEDED);
  });

  test('a handler’s failure, with code, retry and origin', async () => {
    await using plugin = await GoPlugin.start(commanded);
    const host = await plugin.v2Host();
    const frame = await host.call(1, Buffer.from('app:42'));
    assert.deepEqual(frame && errorOf(frame), { code: 42, message: 'as told', retry: true, origin: 1 });
    const panicked = await host.call(3, Buffer.from('panic'));
    assert.equal(panicked && errorOf(panicked).code, ErrorCode.INTERNAL);
  });

  test('V2-M10: an answer too large for the host becomes an error that names both sizes', async () => {
    await using plugin = await GoPlugin.start(commanded);
    const host = await plugin.v2Host({ offer: { max_message_bytes: 1_999 } });
    const frame = await host.call(1, Buffer.from('large:2000'));
    assert.ok(frame !== undefined);
    assert.equal(errorOf(frame).code, ErrorCode.RESOURCE_EXHAUSTED);
    assert.match(errorOf(frame).message, /2000.*1999/);
  });

  test('V2-S14: a schema is told, where the host takes it', async () => {
    const schema = 'namespace echo;\n'.repeat(200);
    await using plugin = await GoPlugin.start({ ...commanded, SCHEMA: schema });
    const host = await plugin.v2Host();
    host.sendFrame({ type: V2.DESCRIBE, stream: 1 });
    const table = Table.root((await next(host, V2.DESCRIPTION)).body);
    assert.deepEqual([table.string(0), table.string(1)], [schema, CONTRACT_HASH]);
    const small = await plugin.v2Host({ offer: { max_message_bytes: 1_024 } });
    small.sendFrame({ type: V2.DESCRIBE, stream: 1 });
    assert.equal(errorOf(await next(small, V2.ERROR)).code, ErrorCode.RESOURCE_EXHAUSTED);
    assert.equal((await small.call(3, Buffer.from('x')))?.body.toString(), 'x');
  });

  test('V2-M1: a long answer comes in fragments that others come between', async () => {
    await using plugin = await GoPlugin.start(commanded);
    const host = await plugin.v2Host();
    host.sendFrame({ type: V2.CALL, stream: 1, body: Buffer.from('large:4000000') });
    const parts: Buffer[] = [];
    let between = 0;
    for (let stream = 3; ; ) {
      const frame = await host.next();
      assert.ok(frame !== undefined);
      if (frame.stream !== 1) {
        between++;
        continue;
      }
      parts.push(parts.length === 0 ? frame.body.subarray(8) : frame.body);
      if (parts.length === 1) assert.equal(frame.body.readBigUInt64LE(0), 4_000_000n);
      if ((frame.flags & MORE) === 0) break;
      host.sendFrame({ type: V2.CALL, stream, body: Buffer.from('small') });
      stream += 2;
    }
    assert.ok(Buffer.concat(parts).equals(Buffer.alloc(4_000_000, 'a')));
    assert.ok(between > 0, 'no small answer came between the fragments');
  });

  test('V2-G1: a call after GOAWAY is refused, safe to retry; what was open is answered', async () => {
    await using plugin = await GoPlugin.start(commanded);
    const host = await plugin.v2Host();
    host.sendFrame({ type: V2.CALL, stream: 1, body: Buffer.from('slow:500') });
    host.sendFrame({ type: V2.PING, arg: 1 });
    await next(host, V2.PONG);
    const stopped = plugin.stop();
    assert.equal(errorOf(await next(host, V2.GOAWAY)).code, ErrorCode.UNAVAILABLE);
    host.sendFrame({ type: V2.CALL, stream: 3, body: Buffer.from('late') });
    const refusal = errorOf(await next(host, V2.ERROR));
    assert.deepEqual([refusal.code, refusal.retry, refusal.origin], [ErrorCode.UNAVAILABLE, true, 2]);
    assert.equal((await next(host, V2.RESPONSE)).body.toString(), 'slow:500');
    assert.equal(await stopped, 0);
    await host.closed;
  });

  test('V2-G8: handlers are told when their host is gone, so that nothing holds up the end', async () => {
    await using plugin = await GoPlugin.start({ HANDLER: 'hold' });
    const host = await plugin.v2Host();
    host.sendFrame({ type: V2.CALL, stream: 1 });
    host.sendFrame({ type: V2.PING, arg: 1 });
    await next(host, V2.PONG);
    host.close();
    await delay(100);
    assert.equal(await plugin.stop(), 0);
  });

  /** Sends without reading for as long as the plugin bears it. */
  async function flood(host: V2Host, more: () => Buffer): Promise<void> {
    host.stopReading();
    let isClosed = false;
    void host.closed.then(() => {
      isClosed = true;
    });
    while (!isClosed) {
      if (host.unsentBytes < 1_000_000) host.send(more());
      await setImmediate();
    }
  }

  const begun = v2Frame({
    type: V2.CALL,
    stream: 1,
    flags: MORE,
    body: Buffer.from('0900000000000000', 'hex'),
  });
  const repeated = (frame: Buffer) => {
    const many = Buffer.concat(new Array<Buffer>(10_000).fill(frame));
    return () => many;
  };
  let stream = -1;
  const longCall = () => v2Frame({ type: V2.CALL, stream: (stream += 2), body: Buffer.alloc(1_000_000) });
  for (const [what, more] of [
    ['PINGs', repeated(v2Frame({ type: V2.PING, arg: 1 }))],
    ['DESCRIBEs', repeated(v2Frame({ type: V2.DESCRIBE, stream: 1 }))],
    ['calls with long answers', longCall],
    [
      'calls given up on half sent',
      repeated(Buffer.concat([begun, v2Frame({ type: V2.CANCEL, stream: 1 })])),
    ],
  ] as const) {
    test(`V2-Q4: a host that sends ${what} and reads nothing is cut off`, async () => {
      await using plugin = await GoPlugin.start({ HANDLER: 'echo' });
      const host = await plugin.v2Host();
      await flood(host, more);
      assert.ok(plugin.residentBytes < 400_000_000, `${plugin.residentBytes} bytes`);
      const other = await plugin.v2Host();
      assert.equal((await other.call(1, Buffer.from('x')))?.body.toString(), 'x');
      other.close();
    });
  }
});
