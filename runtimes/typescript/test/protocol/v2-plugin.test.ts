/** Our plugin against version 2 hosts that misbehave. What single frames do is in exchanges-plugin.test.ts. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as delay, setImmediate } from 'node:timers/promises';
import { Table } from '../../../../conformance/peers/table.ts';
import type { Frame } from '../../../../conformance/peers/v2/connection.ts';
import { errorOf, type Introduction, type V2Host } from '../../../../conformance/peers/v2/host.ts';
import { MORE, V2, v2Frame } from '../../../../protocol/vectors/generate/frames.ts';
import { hostProof, pluginProof } from '../../../../protocol/vectors/generate/proof.ts';
import { ErrorCode, PluginError } from '../../src/errors/index.ts';
import type { RawHandler } from '../../src/plugin/service.ts';
import { CONTRACT_HASH, handlers, OTHER_CONTRACT_HASH, PluginUnderTest, TOKEN } from './pairs.ts';

const NONCE = 'a0a1a2a3a4a5a6a7a8a9aaabacadaeaf';

async function connected(plugin: PluginUnderTest, introduction: Partial<Introduction> = {}): Promise<V2Host> {
  const host = plugin.peer();
  const response = await host.shakeHands({ contractHash: CONTRACT_HASH, ...introduction });
  assert.equal(response?.accept?.version, 2);
  return host;
}

/** The next frame of a type; others are dropped. */
async function next(host: V2Host, type: number): Promise<Frame> {
  for (;;) {
    const frame = await host.next();
    assert.ok(frame !== undefined, `closed before a frame of type ${type}`);
    if (frame.type === type) return frame;
  }
}

describe('our plugin and a host that should not get in', { concurrency: 8, timeout: 100_000 }, () => {
  test('V2-T3: the right proof is answered by the right proof', async () => {
    await using plugin = new PluginUnderTest(undefined, { token: TOKEN });
    const host = plugin.peer();
    const response = await host.shakeHands({ contractHash: CONTRACT_HASH, token: TOKEN, nonce: NONCE });
    const proof = hostProof(TOKEN, NONCE, CONTRACT_HASH);
    assert.equal(response?.accept?.proof, pluginProof(TOKEN, NONCE, proof));
    assert.equal((await host.call(1, Buffer.from('x')))?.body.toString(), 'x');
  });

  test('V2-T2: a nonce again, on a later connection and on one of the same time', async () => {
    await using plugin = new PluginUnderTest(undefined, { token: TOKEN });
    const introduction = { contractHash: CONTRACT_HASH, token: TOKEN, nonce: NONCE };
    const responses = await Promise.all(
      [plugin.peer(), plugin.peer()].map((host) => host.shakeHands(introduction)),
    );
    assert.deepEqual(
      responses.map((response) => response?.ok),
      [true, false],
    );
    const replayed = plugin.peer();
    const response = await replayed.shakeHands(introduction);
    assert.equal(response?.ok, false);
    assert.equal(response.code, ErrorCode.UNAUTHENTICATED);
    assert.equal(response.accept, undefined);
    await replayed.closed;
  });

  test('V2-N10: another contract: both hashes are told, after the proof only', async () => {
    await using plugin = new PluginUnderTest(undefined, { token: TOKEN });
    const stranger = await plugin.peer().shakeHands({ contractHash: OTHER_CONTRACT_HASH });
    assert.equal(stranger?.code, ErrorCode.UNAUTHENTICATED);
    assert.equal(stranger.accept, undefined);
    const known = await plugin.peer().shakeHands({ contractHash: OTHER_CONTRACT_HASH, token: TOKEN });
    assert.equal(known?.code, ErrorCode.CONTRACT_MISMATCH);
    assert.equal(known.accept?.contractHash, CONTRACT_HASH);
  });

  test('V2-N6: frames sent along with the request', async () => {
    await using plugin = new PluginUnderTest();
    const early = v2Frame({ type: V2.CALL, stream: 1, body: Buffer.from('x') });
    const host = plugin.peer();
    assert.equal(await host.shakeHands({ contractHash: CONTRACT_HASH, early }), undefined);
    assert.equal(plugin.errors[0]?.code, ErrorCode.PROTOCOL_VIOLATION);
  });
});

describe('our plugin and a misbehaving host', { concurrency: 8, timeout: 100_000 }, () => {
  test('half a frame and silence hurts nobody else', async () => {
    await using plugin = new PluginUnderTest();
    const halfway = await connected(plugin);
    const call = v2Frame({ type: V2.CALL, stream: 1, body: Buffer.from('hello') });
    halfway.send(call.subarray(0, 18));
    const other = await connected(plugin);
    assert.equal((await other.call(1, Buffer.from('x')))?.body.toString(), 'x');
    halfway.send(call.subarray(18));
    assert.equal((await next(halfway, V2.RESPONSE)).body.toString(), 'hello');
  });

  test('V2-S5: each call has one terminal, however it was cancelled', async () => {
    await using plugin = new PluginUnderTest(handlers.hold);
    const host = await connected(plugin);
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
    await using plugin = new PluginUnderTest((payload) => delay(150, payload), { maxConcurrentCalls: 1 });
    const host = await connected(plugin);
    host.sendFrame({ type: V2.CALL, stream: 1, body: Buffer.from('late') });
    host.sendFrame({ type: V2.CANCEL, stream: 1 });
    const terminal = await host.next();
    assert.equal(terminal?.stream, 1);
    assert.ok(terminal.type === V2.RESPONSE || terminal.type === V2.ERROR);
    host.sendFrame({ type: V2.CALL, stream: 3, body: Buffer.from('next') });
    assert.equal((await next(host, V2.RESPONSE)).body.toString(), 'next');
  });

  test('V2-D1: a handler sees the time that is left, and is told when it is up', async () => {
    const seen: (number | undefined)[] = [];
    const handler: RawHandler = (payload, context) => {
      seen.push(context.remainingMs);
      return handlers.hold(payload, context);
    };
    await using plugin = new PluginUnderTest(handler);
    const host = await connected(plugin);
    host.sendFrame({ type: V2.CALL, stream: 1, arg: 500 });
    assert.equal(errorOf(await next(host, V2.ERROR)).code, ErrorCode.DEADLINE_EXCEEDED);
    assert.ok(seen[0] !== undefined && seen[0] > 0 && seen[0] <= 500);
  });

  test('a handler’s failure, with code, retry and origin', async () => {
    await using plugin = new PluginUnderTest(() => {
      throw new PluginError('as told', { code: 42, retry: true });
    });
    const host = await connected(plugin);
    const frame = await host.call(1, Buffer.from('x'));
    assert.deepEqual(frame && errorOf(frame), { code: 42, message: 'as told', retry: true, origin: 1 });
  });

  test('V2-M10: an answer too large for the host becomes an error that names both sizes', async () => {
    await using plugin = new PluginUnderTest(() => Buffer.alloc(2_000));
    const host = await connected(plugin, { offer: { max_message_bytes: 1_999 } });
    const frame = await host.call(1, Buffer.from('x'));
    assert.ok(frame !== undefined);
    assert.equal(errorOf(frame).code, ErrorCode.RESOURCE_EXHAUSTED);
    assert.match(errorOf(frame).message, /2000.*1999/);
  });

  test('V2-S14: a schema is told, where the host takes it', async () => {
    const schema = 'namespace echo;\n'.repeat(200);
    await using plugin = new PluginUnderTest(undefined, {}, schema);
    const host = await connected(plugin);
    host.sendFrame({ type: V2.DESCRIBE, stream: 1 });
    const table = Table.root((await next(host, V2.DESCRIPTION)).body);
    assert.deepEqual([table.string(0), table.string(1)], [schema, CONTRACT_HASH]);
    const small = await connected(plugin, { offer: { max_message_bytes: 1_024 } });
    small.sendFrame({ type: V2.DESCRIBE, stream: 1 });
    assert.equal(errorOf(await next(small, V2.ERROR)).code, ErrorCode.RESOURCE_EXHAUSTED);
    assert.equal((await small.call(3, Buffer.from('x')))?.body.toString(), 'x');
  });

  test('V2-M1: a long answer comes in fragments that others come between', async () => {
    const large = Buffer.alloc(4_000_000, 'a');
    await using plugin = new PluginUnderTest((payload) => (payload.length === 0 ? large : payload));
    const host = await connected(plugin);
    host.sendFrame({ type: V2.CALL, stream: 1 });
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
    assert.ok(Buffer.concat(parts).equals(large));
    assert.ok(between > 0, 'no small answer came between the fragments');
  });

  test('V2-G1: a call after GOAWAY is refused, safe to retry; what was open is answered', async () => {
    const begun = Promise.withResolvers<void>();
    const refused = Promise.withResolvers<void>();
    await using plugin = new PluginUnderTest(async (payload) => {
      begun.resolve();
      await refused.promise;
      return payload;
    });
    const host = await connected(plugin);
    host.sendFrame({ type: V2.CALL, stream: 1, body: Buffer.from('open') });
    await begun.promise;
    const drained = plugin.server.drain();
    assert.equal(errorOf(await next(host, V2.GOAWAY)).code, ErrorCode.UNAVAILABLE);
    host.sendFrame({ type: V2.CALL, stream: 3, body: Buffer.from('late') });
    const refusal = errorOf(await next(host, V2.ERROR));
    assert.deepEqual([refusal.code, refusal.retry, refusal.origin], [ErrorCode.UNAVAILABLE, true, 2]);
    refused.resolve();
    assert.equal((await next(host, V2.RESPONSE)).body.toString(), 'open');
    await drained;
    await host.closed;
  });

  test('V2-G8: handlers are told when their host is gone', async () => {
    const begun = Promise.withResolvers<void>();
    const told = Promise.withResolvers<void>();
    await using plugin = new PluginUnderTest((payload, context) => {
      context.signal.addEventListener('abort', () => told.resolve());
      begun.resolve();
      return handlers.hold(payload, context);
    });
    const host = await connected(plugin);
    host.sendFrame({ type: V2.CALL, stream: 1 });
    await begun.promise;
    host.close();
    await told.promise;
  });

  const mb = 1_000_000;

  for (const [how, pause] of [
    ['at once', (answer: Buffer) => answer],
    ['later', (answer: Buffer) => setImmediate(answer)],
  ] as const) {
    test(`V2-Q4: a host that reads slowly gets more answers than may wait, given ${how}`, async () => {
      let runs = 0;
      await using plugin = new PluginUnderTest((payload) => {
        runs++;
        return pause(Buffer.alloc(mb, payload));
      });
      const host = await connected(plugin);
      host.stopReading();
      const streams = Array.from({ length: 120 }, (_, index) => 2 * index + 1);
      const calls = streams.map((stream) => v2Frame({ type: V2.CALL, stream, body: Buffer.from([stream]) }));
      host.send(Buffer.concat(calls.slice(0, 60)));
      await delay(200);
      const runsOfFirst = runs;
      host.send(Buffer.concat(calls.slice(60)));
      await delay(200);
      // No handler begins while so much waits.
      assert.equal(runs, runsOfFirst);
      host.resumeReading();
      const answered = new Set<number>();
      while (answered.size < streams.length) {
        const { stream, body } = await next(host, V2.RESPONSE);
        assert.ok(body.length === mb && body[0] === stream % 256, `the answer to ${stream}`);
        answered.add(stream);
        if (stream % 10 === 1) {
          host.stopReading();
          await delay(5);
          host.resumeReading();
        }
      }
      assert.equal(runs, streams.length);
      assert.equal((await host.call(999, Buffer.from('x')))?.type, V2.RESPONSE);
      assert.deepEqual(plugin.errors, []);
    });
  }

  test('V2-Q4: of a host that reads slowly, calls given up on or too late do not run any more', async () => {
    const ran: string[] = [];
    await using plugin = new PluginUnderTest((payload) => {
      ran.push(String(payload));
      return Buffer.alloc(mb);
    });
    const host = await connected(plugin);
    host.stopReading();
    const many = Array.from({ length: 60 }, (_, index) => 2 * index + 1);
    host.send(
      Buffer.concat(many.map((stream) => v2Frame({ type: V2.CALL, stream, body: Buffer.from('long') }))),
    );
    host.sendFrame({ type: V2.CALL, stream: 201, arg: 20, body: Buffer.from('too late') });
    host.sendFrame({ type: V2.CALL, stream: 203, body: Buffer.from('given up') });
    host.sendFrame({ type: V2.CANCEL, stream: 203 });
    host.sendFrame({ type: V2.CALL, stream: 205, body: Buffer.from('last') });
    await delay(200);
    host.resumeReading();
    assert.equal(errorOf(await next(host, V2.ERROR)).code, ErrorCode.DEADLINE_EXCEEDED);
    assert.equal(errorOf(await next(host, V2.ERROR)).code, ErrorCode.CANCELLED);
    assert.equal((await next(host, V2.RESPONSE)).stream, 205);
    assert.deepEqual(new Set(ran), new Set(['long', 'last']));
  });

  test('V2-Q4: a host that reads nothing at all gets no more than its calls, and is left alone', async () => {
    await using plugin = new PluginUnderTest(() => Buffer.alloc(4 * mb));
    const host = await connected(plugin);
    host.stopReading();
    const before = process.memoryUsage.rss();
    const streams = Array.from({ length: 256 }, (_, index) => 2 * index + 1);
    host.send(Buffer.concat(streams.map((stream) => v2Frame({ type: V2.CALL, stream }))));
    await delay(500);
    assert.ok(process.memoryUsage.rss() - before < 400_000_000);
    host.resumeReading();
    host.sendFrame({ type: V2.PING, arg: 7 });
    assert.equal((await next(host, V2.PONG)).arg, 7);
    assert.deepEqual(plugin.errors, []);
  });

  /** Sends without reading for as long as the plugin bears it. */
  async function flood(host: V2Host, bytes: Buffer): Promise<void> {
    host.stopReading();
    let isClosed = false;
    void host.closed.then(() => {
      isClosed = true;
    });
    while (!isClosed) {
      if (host.unsentBytes < 1_000_000) host.send(bytes);
      await setImmediate();
    }
  }

  const begun = v2Frame({
    type: V2.CALL,
    stream: 1,
    flags: MORE,
    body: Buffer.from('0900000000000000', 'hex'),
  });
  for (const [what, bytes, times] of [
    ['PINGs', v2Frame({ type: V2.PING, arg: 1 }), 10_000],
    ['DESCRIBEs', v2Frame({ type: V2.DESCRIBE, stream: 1 }), 10_000],
    ['calls given up on half sent', Buffer.concat([begun, v2Frame({ type: V2.CANCEL, stream: 1 })]), 10_000],
  ] as const) {
    test(`V2-Q4: a host that sends ${what} and reads nothing is cut off`, { timeout: 60_000 }, async () => {
      await using plugin = new PluginUnderTest();
      const host = await connected(plugin);
      const before = process.memoryUsage.rss();
      await flood(host, Buffer.concat(new Array(times).fill(bytes)));
      assert.equal(plugin.errors.length, 0, 'no violation');
      assert.ok(process.memoryUsage.rss() - before < 600_000_000);
    });
  }

  test('V2-Q4: a host that makes calls without end and reads nothing breaks V2-S11', {
    timeout: 60_000,
  }, async () => {
    await using plugin = new PluginUnderTest();
    const host = await connected(plugin);
    const before = process.memoryUsage.rss();
    host.stopReading();
    for (let stream = 1; plugin.errors.length === 0; ) {
      if (host.unsentBytes < mb) {
        host.sendFrame({ type: V2.CALL, stream, body: Buffer.alloc(mb) });
        stream += 2;
      }
      await setImmediate();
    }
    assert.match(plugin.errors[0]?.message ?? '', /V2-S11/);
    assert.ok(process.memoryUsage.rss() - before < 900_000_000);
  });
});
