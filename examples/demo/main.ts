// What pluginart does, shown on real plugins. Every number is measured while you watch, and where a step cannot
// show what it says, the demo ends with exit code 1.
import { join } from 'node:path';
import { PluginManager } from 'pluginart';
import { configurationWith } from './configuration.js';
import { readMarkdownFiles } from './markdown-files.js';
import { formatMs, quote, say } from './narration.js';
import { freePort, runByHand } from './operator.js';
import { EchoClient } from './plugins/echo/echo_client.js';
import { OutlineClient } from './plugins/outline/outline_client.js';
import { RepeatClient } from './plugins/repeat/repeat_client.js';
import { examplesFolder, repository, type Stage } from './stage.js';
import { cancelledCall } from './steps/cancelled-call.js';
import { crash } from './steps/crash.js';
import { allLanguages } from './steps/languages.js';
import { realWork } from './steps/real-work.js';
import { shutdown } from './steps/shutdown.js';
import { start } from './steps/start.js';
import { typedCalls } from './steps/typed-calls.js';
import { wrongContract } from './steps/wrong-contract.js';

const before = performance.now();
// Interrupted, it leaves as little behind as at its end.
process.once('SIGINT', () => process.exit(130));
const remote = await runByHand(
  join(examplesFolder, 'plugin-repeat-ts', 'dist', 'plugin.js'),
  `127.0.0.1:${await freePort()}`,
);
const configuration = configurationWith(remote.address);
const manager = await PluginManager.fromConfig(configuration.path, {
  logger: ({ plugin, message }) => quote(`log of ${plugin}: ${message}`),
});
try {
  await start(manager, configuration.text, remote);
  const stage: Stage = {
    manager,
    echo: new EchoClient(manager, 'echo'),
    outline: new OutlineClient(manager, 'outline'),
    repeat: new RepeatClient(manager, 'repeat'),
    remote,
    files: await readMarkdownFiles(repository),
  };
  await typedCalls(stage);
  await allLanguages();
  await realWork(stage);
  await wrongContract();
  await crash(stage);
  await cancelledCall(stage);
  await shutdown(stage);

  say(`All of it in ${formatMs(performance.now() - before)}. Where to go next: README.md`);
} catch (error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
} finally {
  await Promise.all([manager.shutdown(), remote.stop()]);
}
