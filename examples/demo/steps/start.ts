import type { PluginManager } from 'pluginart';
import { claim, formatMs, heading, quote, say, table } from '../narration.js';
import type { RemotePlugin } from '../operator.js';

export async function start(
  manager: PluginManager,
  configuration: string,
  remote: RemotePlugin,
): Promise<void> {
  heading('One file names the plugins');
  say('examples/demo/pluginart.toml, with a port that is free here:');
  quote(configuration);
  say(
    `"repeat" is not the host's to start. It was started by hand: PLUGIN_ADDR=${remote.address} node plugin.js`,
  );

  const before = performance.now();
  await manager.start();
  const tookMs = performance.now() - before;

  const plugins = manager.status();
  claim(plugins.length === 3 && plugins.every(({ state }) => state === 'ready'), 'all plugins get ready');
  say(
    `manager.start() took ${formatMs(tookMs)}. Each has proved that it was built from the schema named here:`,
  );
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
