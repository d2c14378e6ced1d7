/** Whole connections fed with mutated bytes: they go on, or end with the typed error; nothing hangs or throws elsewhere. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { V1Host } from '../../../../conformance/peers/v1/host.ts';
import { Connection } from '../../../../conformance/peers/v2/connection.ts';
import { bytesOf, readExchanges, readVectors } from '../../../../conformance/peers/vectors.ts';
import { message } from '../../../../protocol/vectors/generate/control-messages.ts';
import { V1, v1Frame } from '../../../../protocol/vectors/generate/frames.ts';
import { ErrorCode, PluginartError, TransportError } from '../../src/errors/index.ts';
import type { FrameVector } from './frame-vectors.ts';
import { CONTRACT_HASH, openHost, PluginUnderTest } from './pairs.ts';
import { mutate, Random } from './random.ts';

/** A fiftieth of what the decoders get: each round is a connection. */
const rounds = Math.ceil(Number(process.env.PLUGINART_FUZZ ?? 50_000) / 50);

const over = new TransportError(ErrorCode.UNAVAILABLE, 'the round is over');
const short = (bytes: Buffer) => bytes.length < 2_000;

const v1Streams = readVectors<{ frames: FrameVector[] }>('v1-frames.json')
  .frames.filter(({ mode }) => mode === 'v1')
  .map(({ bytes }) => bytesOf(bytes))
  .filter(short);
const v2Streams = {
  plugin: readExchanges('plugin')
    .map(({ bytes }) => bytesOf(bytes))
    .filter(short),
  host: readExchanges('host')
    .map(({ bytes }) => bytesOf(bytes))
    .filter(short),
};

function request(version: 1 | 2): Buffer {
  const offer = version === 2 ? { offer: { versions: [2] } } : {};
  const value = { contract_hash: CONTRACT_HASH, plugin_name: 'peer', ...offer };
  return v1Frame(V1.HANDSHAKE_REQUEST, message('HandshakeRequest', value));
}

function response(version: 1 | 2): Buffer {
  const accept = version === 2 ? { accept: { version: 2 } } : {};
  return v1Frame(V1.HANDSHAKE_RESPONSE, message('HandshakeResponse', { ok: true, ...accept }));
}

const known: ReadonlySet<number> = new Set(Object.values(ErrorCode));

function checkError(error: unknown, round: number): void {
  if (!(error instanceof PluginartError)) throw new Error(`round ${round}`, { cause: error });
  assert.ok(error.code < 0xf000 || known.has(error.code), `round ${round}: code ${error.code}`);
  // A peer may say INTERNAL; this side has no reason to.
  assert.ok(
    error.code !== ErrorCode.INTERNAL || error.origin === 'remote',
    `round ${round}: ${error.message}`,
  );
}

/** A host that gets in: on a busy machine not always at once, as a handshake may take little time here. */
async function introduced(plugin: PluginUnderTest): Promise<V1Host> {
  for (let attempt = 1; ; attempt++) {
    const peer = plugin.v1Peer();
    const { ok } = await peer.shakeHands(CONTRACT_HASH).catch(() => ({ ok: false }));
    if (ok) return peer;
    assert.ok(attempt < 20, 'the plugin lets nobody in');
  }
}

describe(`${rounds} connections with mutated bytes`, { timeout: 200_000 }, () => {
  for (const version of [1, 2] as const) {
    const streams = version === 1 ? { plugin: v1Streams, host: v1Streams } : v2Streams;

    test(`version ${version}: a plugin`, async () => {
      await using plugin = new PluginUnderTest(undefined, { handshakeTimeoutMs: 100 });
      for (let round = 0; round < rounds; round++) {
        const random = new Random(round);
        const connection = new Connection(plugin.connect());
        const some = Array.from({ length: 1 + random.below(3) }, () => random.pick(streams.plugin));
        const bytes = mutate(Buffer.concat(some), random);
        // Now and then the handshake is what is damaged.
        connection.send(random.below(8) === 0 ? mutate(request(version), random) : request(version));
        await connection.handshakeFrame().catch(() => undefined);
        connection.send(bytes);
        await new Promise(setImmediate);
        connection.close();
        for (const error of plugin.errors.splice(0)) checkError(error, round);
      }
      const peer = await introduced(plugin);
      assert.deepEqual(await peer.call(Buffer.from('alive')), { payload: Buffer.from('alive') });
    });

    test(`version ${version}: a host`, async () => {
      for (let round = 0; round < rounds; round++) {
        const random = new Random(round);
        const some = Array.from({ length: 1 + random.below(3) }, () => random.pick(streams.host));
        const bytes = mutate(Buffer.concat(some), random);
        const answer = random.below(8) === 0 ? mutate(response(version), random) : response(version);
        let peer: Connection | undefined;
        const session = await openHost(
          (far) => {
            peer = new Connection(far);
            void peer.handshakeFrame().then(() => peer?.send(answer));
          },
          { handshakeTimeoutMs: 20 },
        ).catch((error: unknown) => checkError(error, round));
        if (session === undefined) continue;
        const calls = Array.from({ length: 3 }, () => session.call(Buffer.from('x'), { timeoutMs: 0 }));
        const settled = Promise.allSettled([...calls, session.ping()]);
        peer?.send(bytes);
        await new Promise(setImmediate);
        await new Promise(setImmediate);
        session.close(over);
        for (const outcome of await settled)
          if (outcome.status === 'rejected') checkError(outcome.reason, round);
        assert.equal(session.openCalls, 0, `round ${round}`);
      }
    });
  }
});
