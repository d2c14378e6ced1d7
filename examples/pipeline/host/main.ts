import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { PluginManager } from 'pluginart';
import { readDocuments } from './documents.js';
import { Pipeline } from './pipeline.js';
import { ProgressBar } from './progress-bar.js';

const root = join(import.meta.dirname, '..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { out: { type: 'string', default: 'site' }, kill: { type: 'string' } },
});
const [folder = '.'] = positionals;

const documents = await readDocuments(folder, values.out);
if (documents.length === 0) {
  console.error(`there is no Markdown file in ${resolve(folder)}`);
  process.exit(1);
}

const manager = await PluginManager.fromConfig(join(root, 'pluginart.toml'));
try {
  await manager.start();
  const progress = new ProgressBar(() => killPlugin(values.kill));
  const began = performance.now();
  const files = await new Pipeline(manager, progress).run(documents);
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  for (const { path, text } of files) {
    await mkdir(dirname(join(values.out, path)), { recursive: true });
    await writeFile(join(values.out, path), text);
  }
  const restarts = manager.status().reduce((sum, plugin) => sum + plugin.restarts, 0);
  console.log(
    `${documents.length} documents, ${progress.calls} calls in ${seconds} s; ` +
      `plugins restarted: ${restarts}, calls made again: ${progress.retries}\n` +
      `${resolve(values.out, documents.some(({ page }) => page === 'index.html') ? 'index.html' : documents[0]!.page)}`,
  );
} finally {
  await manager.shutdown();
}

/** To show that it does no harm: the plugin dies without a chance to say goodbye. */
function killPlugin(name: string | undefined): void {
  if (name === undefined) return;
  const pid = manager.status().find((plugin) => plugin.name === name)?.pid;
  if (pid === undefined) throw new Error(`--kill ${name}: no such plugin runs`);
  process.kill(pid, 'SIGKILL');
}
