import { PluginManager } from 'pluginart';
import { EchoClient } from './plugins/echo/echo_client.js';
import { RepeatClient } from './plugins/repeat/repeat_client.js';

const manager = await PluginManager.fromConfig('pluginart.toml');
try {
  await manager.start();

  const echo = new EchoClient(manager, 'echo');
  const { output } = await echo.echo({ input: 'hello' });
  console.log(output); // HELLO

  const repeat = new RepeatClient(manager, 'repeat');
  const cheers = await repeat.repeat({ input: 'hip ', count: 2 }, { timeoutMs: 1_000 });
  console.log(cheers.output); // hip hip
} finally {
  await manager.shutdown();
}
