import { PluginManager } from 'pluginart';
import { EchoClient } from './plugins/echo/echo_client.js';
import { RepeatClient } from './plugins/repeat/repeat_client.js';

const manager = await PluginManager.fromConfig('../pluginart.toml');
try {
  await manager.start();
  for (const { name, state, error } of manager.status()) {
    if (state !== 'ready') {
      console.error(`*** SKIPPED: ${error?.message}`);
    } else if (name.startsWith('echo')) {
      const { output } = await new EchoClient(manager, name).echo({ input: 'hello' });
      console.log(`${name}: ${output}`);
    } else {
      const repeat = new RepeatClient(manager, name);
      const { output } = await repeat.repeat({ input: 'hip ', count: 2 }, { timeoutMs: 5_000 });
      console.log(`${name}: ${output}`);
    }
  }
} finally {
  await manager.shutdown();
}
