/** A Go plugin as a process, and every exchange of protocol/vectors towards a plugin. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { checkExchange, ways } from '../../runtimes/typescript/test/protocol/exchanges.ts';
import { readExchanges } from '../peers/vectors.ts';
import { GoPlugin, skipWithoutGo } from './go-plugin.ts';

/** One process for each handler with its limits, whatever hosts do to it. */
const plugins = new Map<string, Promise<GoPlugin>>();

function pluginFor(env: Record<string, string>): Promise<GoPlugin> {
  const key = JSON.stringify(env);
  const plugin = plugins.get(key) ?? GoPlugin.start(env);
  plugins.set(key, plugin);
  return plugin;
}

for (const way of ways) {
  describe(`a Go plugin that receives, ${way}`, { skip: skipWithoutGo, concurrency: 4 }, () => {
    for (const { handler = 'echo', receives = {}, ...exchange } of readExchanges('plugin')) {
      test(`${exchange.rule}: ${exchange.name}`, { timeout: 30_000 }, async () => {
        const plugin = await pluginFor({
          HANDLER: handler,
          MAX_MESSAGE_BYTES: `${receives.max_message_bytes ?? ''}`,
          MAX_CONCURRENT_CALLS: `${receives.max_concurrent_calls ?? ''}`,
        });
        const host = await plugin.v2Host();
        await checkExchange({ ...exchange, handler, receives }, way, host);
        host.close();
      });
    }
  });
}

after(async () => {
  for (const started of plugins.values()) {
    const plugin = await started;
    assert.ok(plugin.isRunning, 'no host may end it');
    // Handlers that never return hold it up.
    await plugin[Symbol.asyncDispose]();
  }
});
