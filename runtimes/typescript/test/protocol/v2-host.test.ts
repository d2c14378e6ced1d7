/** Our host against version 2 plugins that lie, or misbehave. What single frames do is in exchanges-host.test.ts. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { HandshakeLie } from '../../../../conformance/peers/v2/handshake-lies.ts';
import { errorOf } from '../../../../conformance/peers/v2/host.ts';
import { V2 } from '../../../../protocol/vectors/generate/frames.ts';
import { ErrorCode, PluginartError, TransportError } from '../../src/errors/index.ts';
import type { HostSession } from '../../src/session/host-session.ts';
import { OTHER_CONTRACT_HASH, openHostToV2, TOKEN, unreadableMethod } from './pairs.ts';

const over = new TransportError(ErrorCode.UNAVAILABLE, 'the test is over');
const OTHER_TOKEN = 'ff'.repeat(32);

async function say(session: HostSession, what: string, timeoutMs = 0): Promise<string> {
  return (await session.call(Buffer.from(what), { timeoutMs })).toString();
}

const fails = (code: number, message?: RegExp) => (error: unknown) => {
  assert.ok(error instanceof PluginartError, String(error));
  assert.equal(error.code, code, error.message);
  if (message !== undefined) assert.match(error.message, message);
  return true;
};

/** A promise of the session's loss, and the option that fulfils it. */
function watchLoss(): {
  readonly lost: Promise<PluginartError>;
  readonly onLost: (loss: PluginartError) => void;
} {
  const { promise, resolve } = Promise.withResolvers<PluginartError>();
  return { lost: promise, onLost: resolve };
}

describe('our host and a lying plugin', { concurrency: 8, timeout: 100_000 }, () => {
  test('an honest one', async () => {
    const { session } = await openHostToV2();
    assert.equal(session.protocol, 2);
    assert.equal(session.peerRuntime, 'peer');
    assert.equal(await say(session, 'hello'), 'hello');
    assert.ok((await session.ping()) >= 0);
    session.close(over);
  });

  test('V2-T4: one that knows the token', async () => {
    const { session } = await openHostToV2({ token: TOKEN }, { token: TOKEN });
    assert.equal(await say(session, 'hello'), 'hello');
    session.close(over);
  });

  test('V2-N2: one that omits accept is taken for version 1', async () => {
    const { session } = await openHostToV2({ accept: 'omit-accept' });
    assert.equal(session.protocol, 1);
    session.close(over);
  });

  test('V2-N12: and refused where version 2 is demanded', async () => {
    await assert.rejects(
      openHostToV2({ accept: 'omit-accept' }, { minProtocol: 2 }),
      fails(ErrorCode.PROTOCOL_VIOLATION, /version 1/),
    );
  });

  const lies: readonly (readonly [HandshakeLie, number, RegExp])[] = [
    ['empty-accept', ErrorCode.PROTOCOL_VIOLATION, /version 0/],
    ['version-1', ErrorCode.PROTOCOL_VIOLATION, /version 1/],
    ['version-3', ErrorCode.PROTOCOL_VIOLATION, /version 3/],
    ['feature', ErrorCode.PROTOCOL_VIOLATION, /telepathy/],
    ['compression', ErrorCode.PROTOCOL_VIOLATION, /zstd/],
    ['shared-memory', ErrorCode.PROTOCOL_VIOLATION, /shared memory/],
    ['tiny-messages', ErrorCode.PROTOCOL_VIOLATION, /at most 1 bytes/],
    ['other-contract', ErrorCode.CONTRACT_MISMATCH, /sha256:0{64}/],
    ['refuse', ErrorCode.CONTRACT_MISMATCH, /sha256:094f/],
    ['frame-before', ErrorCode.PROTOCOL_VIOLATION, /PLGN/],
    ['silence', ErrorCode.UNAVAILABLE, /within 200 ms/],
  ];
  for (const [accept, code, message] of lies) {
    test(`${accept}`, async () => {
      await assert.rejects(openHostToV2({ accept }, { handshakeTimeoutMs: 200 }), fails(code, message));
    });
  }

  for (const accept of ['no-proof', 'wrong-proof', 'reflected-proof', 'empty-accept', 'version-3'] as const) {
    test(`V2-T4: a squatter on the address: ${accept}`, async () => {
      await assert.rejects(
        openHostToV2({ accept, token: OTHER_TOKEN }, { token: TOKEN }),
        fails(ErrorCode.UNAUTHENTICATED, /another process may have taken the address/),
      );
    });
  }

  test('V2-T4: a squatter with a token of its own', async () => {
    await assert.rejects(
      openHostToV2({ token: OTHER_TOKEN }, { token: TOKEN }),
      fails(ErrorCode.UNAUTHENTICATED),
    );
  });

  test('a refusal that names both contracts', async () => {
    await assert.rejects(
      openHostToV2({ accept: 'refuse', contractHash: OTHER_CONTRACT_HASH }),
      (error) => error instanceof PluginartError && /094f.*2cf2/.test(error.message),
    );
  });

  test('version 1 frames after accept', async () => {
    const { lost, onLost } = watchLoss();
    await openHostToV2({ accept: 'version-1-after' }, { onLost }).catch(() => {});
    assert.equal((await lost).code, ErrorCode.PROTOCOL_VIOLATION);
  });
});

describe('our host and a misbehaving plugin', { concurrency: 8, timeout: 100_000 }, () => {
  test('answers backwards reach their calls', async () => {
    const { session } = await openHostToV2({ behave: 'answer-backwards' });
    const said = Array.from({ length: 50 }, (_, index) => `call ${index}`);
    assert.deepEqual(await Promise.all(said.map((what) => say(session, what))), said);
    session.close(over);
  });

  test('V2-S5: a call given up on keeps its stream until the terminal, and its answer from all others', async () => {
    const { session, peer } = await openHostToV2({ behave: 'late-answers' });
    const controller = new AbortController();
    const given = session.call(Buffer.from('given up'), { signal: controller.signal, timeoutMs: 0 });
    const timed = say(session, 'timed out', 50);
    controller.abort();
    await assert.rejects(given, fails(ErrorCode.CANCELLED));
    await assert.rejects(timed, fails(ErrorCode.DEADLINE_EXCEEDED));
    assert.equal(session.openCalls, 2);
    assert.deepEqual(await Promise.all(['x', 'y', 'z'].map((what) => say(session, what))), ['x', 'y', 'z']);
    assert.equal(session.openCalls, 0);
    assert.equal(peer.received.filter(({ type }) => type === V2.CANCEL).length, 2);
    session.close(over);
  });

  test('all slots held by calls given up on: new ones fail at once, and it is told', async () => {
    const { promise: stuck, resolve: onStuck } = Promise.withResolvers<number>();
    const { session } = await openHostToV2({ behave: 'never-answer' }, { onStuck });
    const calls = Array.from({ length: 256 }, () => say(session, 'x', 50));
    const waiting = say(session, 'waiting');
    for (const call of calls) await assert.rejects(call, fails(ErrorCode.DEADLINE_EXCEEDED));
    assert.equal(await stuck, 256);
    await assert.rejects(waiting, fails(ErrorCode.RESOURCE_EXHAUSTED));
    await assert.rejects(say(session, 'one more'), fails(ErrorCode.RESOURCE_EXHAUSTED));
    assert.ok((await session.ping()) >= 0);
    session.close(over);
  });

  test('V2-S12: no more calls are sent than the plugin takes', async () => {
    const { session, peer } = await openHostToV2({ behave: 'late-answers' });
    const calls = Array.from({ length: 600 }, (_, index) => say(session, `${index}`));
    const received = () => peer.received.filter(({ type }) => type === V2.CALL).length;
    while (received() < 256) await delay(1);
    assert.equal(received(), 256);
    assert.equal((await Promise.all(calls)).length, 600);
    session.close(over);
  });

  test('one that reads nothing: calls end by their clock, and what waits is bounded', async () => {
    const { session } = await openHostToV2({ behave: 'never-read' });
    const payload = Buffer.alloc(4_000_000);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 200 }, () => session.call(payload, { timeoutMs: 300 })),
    );
    const codes = outcomes.map(
      (outcome) => outcome.status === 'rejected' && (outcome.reason as PluginartError).code,
    );
    assert.ok(codes.includes(ErrorCode.RESOURCE_EXHAUSTED), 'refused for the queue is full');
    assert.ok(codes.includes(ErrorCode.DEADLINE_EXCEEDED), 'ended by the clock');
    assert.equal(new Set(codes).size, 2);
    session.close(over);
  });

  test('one that is silent: calls and pings settle with the session', async () => {
    const { session } = await openHostToV2({ behave: 'silent' });
    const pending = Promise.allSettled([say(session, 'x'), session.ping()]);
    await assert.rejects(say(session, 'y', 50), fails(ErrorCode.DEADLINE_EXCEEDED));
    session.close(over);
    assert.deepEqual(
      (await pending).map(({ status }) => status),
      ['rejected', 'rejected'],
    );
  });

  for (const behave of ['half-frame', 'endless-fragments'] as const) {
    test(`${behave}: the call ends by its own clock, and the others by the session`, async () => {
      const { session } = await openHostToV2({ behave });
      const other = say(session, 'other');
      const settled = assert.rejects(other, fails(ErrorCode.UNAVAILABLE));
      await assert.rejects(say(session, 'x', 80), fails(ErrorCode.DEADLINE_EXCEEDED));
      session.close(over);
      await settled;
    });
  }

  test('garbage ends the connection and tells why', async () => {
    const { session, peer } = await openHostToV2({ behave: 'garbage' });
    await assert.rejects(say(session, 'x'), fails(ErrorCode.PROTOCOL_VIOLATION));
    await peer.closed;
    const goaway = peer.received.find(({ type }) => type === V2.GOAWAY);
    assert.equal(goaway && errorOf(goaway).code, ErrorCode.PROTOCOL_VIOLATION);
  });

  test('V2-G7: a closed connection fails what is open, which is not safe to retry', async () => {
    const { lost, onLost } = watchLoss();
    const { session } = await openHostToV2({ behave: 'close' }, { onLost });
    const calls = Array.from({ length: 64 }, () => say(session, 'x'));
    for (const call of calls) {
      await assert.rejects(call, (error) => {
        assert.ok(error instanceof TransportError);
        assert.equal(error.code, ErrorCode.UNAVAILABLE);
        assert.equal(error.retrySafe, false);
        return true;
      });
    }
    assert.equal((await lost).code, ErrorCode.UNAVAILABLE);
    await assert.rejects(say(session, 'late'), (error) => error instanceof TransportError && error.retrySafe);
  });

  test('V2-G2: after GOAWAY what is open is answered, and nothing new is sent', async () => {
    const { promise: told, resolve: onGoaway } = Promise.withResolvers<PluginartError>();
    const { session, peer } = await openHostToV2({ behave: 'goaway' }, { onGoaway });
    assert.equal(await say(session, 'open'), 'open');
    assert.match((await told).message, /leaving/);
    await assert.rejects(say(session, 'new'), (error) => {
      assert.ok(error instanceof PluginartError);
      assert.equal(error.code, ErrorCode.UNAVAILABLE);
      assert.equal(error.retrySafe, true);
      return true;
    });
    // Nothing is open any more, so this side ends the connection (V2-G5).
    await peer.closed;
  });

  for (const behave of ['ping-flood', 'call-flood'] as const) {
    test(`V2-Q4: ${behave} without reading: cut off before it costs much`, { timeout: 60_000 }, async () => {
      const { lost, onLost } = watchLoss();
      await openHostToV2({ behave }, { onLost });
      const before = process.memoryUsage.rss();
      assert.equal((await lost).code, ErrorCode.RESOURCE_EXHAUSTED);
      assert.ok(process.memoryUsage.rss() - before < 500_000_000);
    });
  }

  test('what ran out of time names the plugin, and says whether that heard of the call', async () => {
    const { session } = await openHostToV2({ behave: 'never-answer' });
    const sent = say(session, 'sent', 20);
    const held = Promise.allSettled(Array.from({ length: 255 }, () => say(session, 'held')));
    const waiting = say(session, 'waiting', 20);
    const expected = {
      plugin: 'peer',
      codeName: 'DEADLINE_EXCEEDED',
      message: /plugin "peer" did not answer a call in time/,
    };
    await assert.rejects(sent, { ...expected, retrySafe: false });
    await assert.rejects(waiting, { ...expected, retrySafe: true });
    session.close(over);
    await held;
  });

  test('a timeout that has passed already ends the call at once, unsent', async () => {
    const { session, peer } = await openHostToV2();
    for (const timeoutMs of [-1, Number.NaN]) {
      await assert.rejects(say(session, 'a', timeoutMs), { codeName: 'DEADLINE_EXCEEDED', retrySafe: true });
    }
    assert.equal(peer.received.filter(({ type }) => type === V2.CALL).length, 0);
    session.close(over);
  });

  test('an answer that does not decode, and a client of another contract, are told from bad requests', async () => {
    const { session } = await openHostToV2();
    await assert.rejects(session.invoke(unreadableMethod, undefined), {
      codeName: 'INVALID_PAYLOAD',
      plugin: 'peer',
      message: /"peer" answered Test\.Read with bytes that do not decode: no sense in it/,
    });
    const other = { ...unreadableMethod, contractHash: OTHER_CONTRACT_HASH };
    await assert.rejects(session.invoke(other, undefined), { codeName: 'CONTRACT_MISMATCH', plugin: 'peer' });
    assert.equal(await say(session, 'still here'), 'still here');
    session.close(over);
  });

  test('V2-M10: a request too large is not sent; the error names both sizes', async () => {
    const { session, peer } = await openHostToV2();
    await assert.rejects(
      session.call(Buffer.alloc(4_194_305)),
      fails(ErrorCode.RESOURCE_EXHAUSTED, /4194305.*4194304/),
    );
    assert.equal((await session.call(Buffer.alloc(100_000))).length, 100_000);
    assert.equal(peer.received.filter(({ type }) => type === V2.CALL).length, 1);
    session.close(over);
  });
});
