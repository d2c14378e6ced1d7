/** Our host against a version 1 plugin of somebody else's: PROTOCOL.md, section 4. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { HandshakeFault } from '../../../../conformance/peers/v1/plugin.ts';
import { ErrorCode, PluginartError, TransportError } from '../../src/errors/index.ts';
import type { HostSession } from '../../src/session/host-session.ts';
import { OTHER_CONTRACT_HASH, openHostToV1, TOKEN, unreadableMethod } from './pairs.ts';

const mib = 1_048_576;
const over = new TransportError(ErrorCode.UNAVAILABLE, 'the test is over');

/** Says something to the plugin, which takes it for a command. */
async function say(session: HostSession, what: string, timeoutMs = 0): Promise<string> {
  return (await session.call(Buffer.from(what), { timeoutMs })).toString();
}

const fails = (code: number, message?: RegExp) => (error: unknown) => {
  assert.ok(error instanceof PluginartError, String(error));
  assert.equal(error.code, code, error.message);
  if (message !== undefined) assert.match(error.message, message);
  return true;
};

describe('our host and a version 1 plugin', { concurrency: 8, timeout: 120_000 }, () => {
  test('calls, in order, and a ping', async () => {
    const session = await openHostToV1();
    assert.equal(session.protocol, 1);
    assert.equal(session.peerRuntime, undefined);
    const answers = await Promise.all(['a', 'sleep:20', 'b', 'c'].map((what) => say(session, what)));
    assert.deepEqual(answers, ['a', 'sleep:20', 'b', 'c']);
    assert.ok((await session.ping()) >= 0);
    assert.equal(session.openCalls, 0);
    session.close(over);
  });

  test('with a token, which a version 1 plugin knows nothing of', async () => {
    const session = await openHostToV1({}, { token: TOKEN });
    assert.equal(await say(session, 'a'), 'a');
    session.close(over);
  });

  test('a failed call, with its message and the application’s code', async () => {
    const session = await openHostToV1();
    await assert.rejects(say(session, 'fail:no such thing'), fails(ErrorCode.APPLICATION, /no such thing/));
    await assert.rejects(say(session, 'app-fail:42'), fails(42));
    assert.equal(await say(session, 'still here'), 'still here');
    session.close(over);
  });

  test('errors name the plugin; a timeout that has passed already ends the call at once, unsent', async () => {
    const session = await openHostToV1();
    await assert.rejects(say(session, 'fail:no such thing'), { plugin: 'peer', origin: 'remote' });
    for (const timeoutMs of [-1, Number.NaN]) {
      const expected = { plugin: 'peer', codeName: 'DEADLINE_EXCEEDED', retrySafe: true };
      await assert.rejects(say(session, 'a', timeoutMs), expected);
    }
    assert.equal(session.openCalls, 0);
    session.close(over);
  });

  test('an answer that does not decode, and a client of another contract, are told from bad requests', async () => {
    const session = await openHostToV1();
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

  test('V1-P2: a ping waits for the open call and is then answered', async () => {
    const session = await openHostToV1();
    let isAnswered = false;
    const call = say(session, 'sleep:150').then(() => {
      isAnswered = true;
    });
    await session.ping();
    assert.equal(isAnswered, true);
    await call;
    session.close(over);
  });

  test('V1-C2: a call given up on does not give its answer to the next', async () => {
    const session = await openHostToV1();
    const controller = new AbortController();
    const late = [
      say(session, 'sleep:200', 30),
      session.call(Buffer.from('sleep:100'), { signal: controller.signal }),
    ];
    const next = [say(session, 'x'), say(session, 'y')];
    await assert.rejects(late[0]!, fails(ErrorCode.DEADLINE_EXCEEDED));
    controller.abort();
    await assert.rejects(late[1]!, fails(ErrorCode.CANCELLED));
    assert.deepEqual(await Promise.all(next), ['x', 'y']);
    session.close(over);
  });

  test('V1-C2: a call given up on that is never answered ends the connection after 5 s', async () => {
    const losses: PluginartError[] = [];
    const session = await openHostToV1({}, { onLost: (loss) => losses.push(loss) });
    await assert.rejects(say(session, 'hang', 20), fails(ErrorCode.DEADLINE_EXCEEDED));
    const next = say(session, 'x');
    await delay(3_000);
    assert.deepEqual(losses, []);
    await assert.rejects(next, (error) => error instanceof PluginartError && error.retrySafe);
    assert.deepEqual(
      losses.map(({ code }) => code),
      [ErrorCode.UNAVAILABLE],
    );
  });

  test('a message of exactly 4 MiB, both ways', async () => {
    const session = await openHostToV1();
    const payload = Buffer.alloc(4 * mib, 'a');
    assert.ok((await session.call(payload)).equals(payload));
    session.close(over);
  });

  test('V1-C6: a request of one byte more fails and is not sent', async () => {
    const session = await openHostToV1();
    await assert.rejects(
      session.call(Buffer.alloc(4 * mib + 1)),
      fails(ErrorCode.RESOURCE_EXHAUSTED, /4194305.*4194304/),
    );
    assert.equal(await say(session, 'still here'), 'still here');
    session.close(over);
  });

  test('V1-F2: an answer of one byte more ends the connection', async () => {
    const session = await openHostToV1();
    await assert.rejects(say(session, `large:${4 * mib + 1}`), fails(ErrorCode.PROTOCOL_VIOLATION));
  });

  for (const command of ['garbage', 'unknown-type', 'handshake', 'bad-error']) {
    test(`V1-F5: ${command} in place of an answer ends the connection, and every call`, async () => {
      const session = await openHostToV1();
      const calls = [say(session, command), say(session, 'never sent')];
      await assert.rejects(calls[0]!, fails(ErrorCode.PROTOCOL_VIOLATION));
      await assert.rejects(calls[1]!, (error) => error instanceof PluginartError && error.retrySafe);
      await assert.rejects(say(session, 'too late'));
    });
  }

  test('V1-C3: a second answer to one call ends the connection before it can answer another', async () => {
    const session = await openHostToV1();
    assert.equal(await say(session, 'twice'), 'twice');
    await assert.rejects(
      Promise.resolve()
        .then(() => delay(50))
        .then(() => say(session, 'next')),
    );
  });

  test('half a frame and silence: the call ends by its own clock', async () => {
    const session = await openHostToV1();
    await assert.rejects(say(session, 'half', 100), fails(ErrorCode.DEADLINE_EXCEEDED));
    session.close(over);
  });

  test('V1-C8: a closed connection fails the open call, not safe to retry', async () => {
    const session = await openHostToV1();
    await assert.rejects(say(session, 'close'), (error) => {
      assert.ok(error instanceof TransportError);
      assert.equal(error.code, ErrorCode.UNAVAILABLE);
      assert.equal(error.retrySafe, false);
      return true;
    });
  });

  test('closing the session settles whatever is open', async () => {
    const session = await openHostToV1();
    const open = [say(session, 'hang'), say(session, 'waits'), session.ping()];
    const settled = Promise.allSettled(open);
    await delay(20);
    session.close(over);
    assert.deepEqual(
      (await settled).map(({ status }) => status),
      ['rejected', 'rejected', 'rejected'],
    );
  });

  test('V1-H4: another contract, named', async () => {
    await assert.rejects(
      openHostToV1({ contractHash: OTHER_CONTRACT_HASH }),
      fails(ErrorCode.CONTRACT_MISMATCH, /sha256:094f/),
    );
  });

  test('V2-N12: version 1 where version 2 is demanded', async () => {
    await assert.rejects(
      openHostToV1({}, { minProtocol: 2 }),
      fails(ErrorCode.PROTOCOL_VIOLATION, /version 1/),
    );
  });

  const faults: Readonly<Record<Exclude<HandshakeFault, 'none'>, number>> = {
    refuse: ErrorCode.CONTRACT_MISMATCH,
    silence: ErrorCode.UNAVAILABLE,
    close: ErrorCode.UNAVAILABLE,
    garbage: ErrorCode.PROTOCOL_VIOLATION,
    'half-a-frame': ErrorCode.UNAVAILABLE,
    'wrong-type': ErrorCode.PROTOCOL_VIOLATION,
    undecodable: ErrorCode.PROTOCOL_VIOLATION,
  };
  for (const [handshake, code] of Object.entries(faults) as [HandshakeFault, number][]) {
    test(`a handshake answered by: ${handshake}`, async () => {
      await assert.rejects(openHostToV1({ handshake }, { handshakeTimeoutMs: 150 }), fails(code));
    });
  }

  test('a handshake given up on', async () => {
    const signal = AbortSignal.timeout(50);
    await assert.rejects(openHostToV1({ handshake: 'silence' }, { signal }), fails(ErrorCode.CANCELLED));
  });
});
