import type { PluginManager } from 'pluginart';
import { claim, formatMs, heading, quote, say, table } from '../narration.js';
import type { RemotePlugin } from '../operator.js';

export async function start(
  manager: PluginManager,
  configuration: string,
  remote: RemotePlugin,
): Promise<void> {
  heading('One file names the plugins: examples/demo/pluginart.toml');
  quote(configuration.trimEnd());
  say('');
  say(`"repeat" is run by somebody else, here by hand: PLUGIN_ADDR=${remote.address} node dist/plugin.js`);

  const before = performance.now();
  await manager.start();
  const took = performance.now() - before;

  const plugins = manager.status();
  claim(plugins.length === 3 && plugins.every(({ state }) => state === 'ready'), 'all plugins get ready');
  say(`manager.start(): all proved to speak the contract of their schema, ready after ${formatMs(took)}`);
  say('');
  table(
    [
      { title: 'plugin', align: 'left', text: ({ name }) => name },
      { title: 'process', align: 'left', text: ({ pid }) => (pid === undefined ? 'not ours' : `${pid}`) },
      { title: 'protocol', align: 'left', text: ({ protocol }) => `version ${protocol}` },
      { title: 'where', align: 'left', text: ({ address }) => address ?? '' },
    ],
    plugins,
  );
}
