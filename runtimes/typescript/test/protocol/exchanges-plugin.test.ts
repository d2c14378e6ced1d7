import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readExchanges } from '../../../../conformance/peers/vectors.ts';
import { checkExchange, ways } from './exchanges.ts';
import { CONTRACT_HASH, handlers, PluginUnderTest } from './pairs.ts';

for (const way of ways) {
  describe(`a plugin that receives, ${way}`, { concurrency: 8 }, () => {
    for (const exchange of readExchanges('plugin')) {
      test(`${exchange.rule}: ${exchange.name}`, { timeout: 60_000 }, async () => {
        const { handler = 'echo', receives = {} } = exchange;
        await using plugin = new PluginUnderTest(handlers[handler], {
          maxMessageBytes: receives.max_message_bytes,
          maxConcurrentCalls: receives.max_concurrent_calls,
        });
        const peer = plugin.peer();
        const response = await peer.shakeHands({ contractHash: CONTRACT_HASH });
        assert.equal(response?.accept?.version, 2);
        await checkExchange(exchange, way, peer);
        peer.close();
      });
    }
  });
}
