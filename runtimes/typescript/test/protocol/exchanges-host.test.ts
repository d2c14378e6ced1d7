import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Connection } from '../../../../conformance/peers/v2/connection.ts';
import { handshakeLies, readHandshake } from '../../../../conformance/peers/v2/handshake-lies.ts';
import { bytesOf, readExchanges } from '../../../../conformance/peers/vectors.ts';
import { ErrorCode, type PluginartError, TransportError } from '../../src/errors/index.ts';
import type { HostSession } from '../../src/session/host-session.ts';
import { checkExchange, ways } from './exchanges.ts';
import { CONTRACT_HASH, openHost } from './pairs.ts';

/** How a call ended, or `open` when it has not. */
type Outcome = Buffer | PluginartError;

for (const way of ways) {
  describe(`a host that receives, ${way}`, { concurrency: 8 }, () => {
    for (const exchange of readExchanges('host')) {
      test(`${exchange.rule}: ${exchange.name}`, { timeout: 60_000 }, async () => {
        const { session, peer } = await connect(exchange.receives?.max_message_bytes);
        const outcomes = new Map<number, Outcome>();
        for (let index = 0; index < (exchange.calls ?? 1); index++) {
          session.call(Buffer.from('hello'), { timeoutMs: 0 }).then(
            (answer) => outcomes.set(2 * index + 1, answer),
            (error: PluginartError) => outcomes.set(2 * index + 1, error),
          );
          assert.equal((await peer.frame())?.stream, 2 * index + 1);
        }
        await checkExchange(exchange, way, peer);
        for (const { stream, body, code } of exchange.settles ?? []) {
          const outcome = outcomes.get(stream);
          if (body === undefined) assert.equal((outcome as PluginartError).code, code);
          else assert.ok(bytesOf(body).equals(outcome as Buffer), `call on stream ${stream}`);
          outcomes.delete(stream);
        }
        if (exchange.goaway === undefined) assert.deepEqual([...outcomes.keys()], [], 'still open');
        for (const outcome of outcomes.values())
          assert.equal((outcome as PluginartError).code, exchange.goaway);
        session.close(new TransportError(ErrorCode.UNAVAILABLE, 'the test is over'));
      });
    }
  });
}

async function connect(
  maxMessageBytes: number | undefined,
): Promise<{ session: HostSession; peer: Connection }> {
  let peer: Connection | undefined;
  const session = await openHost(
    (far) => {
      peer = new Connection(far);
      void accept(peer);
    },
    { maxMessageBytes },
  );
  return { session, peer: peer as Connection };
}

async function accept(peer: Connection): Promise<void> {
  const request = await peer.handshakeFrame();
  assert.ok(request !== undefined);
  peer.send(handshakeLies.honest(readHandshake(request.payload, CONTRACT_HASH, undefined)));
}
