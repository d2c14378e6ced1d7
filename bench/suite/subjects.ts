import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { connect, PluginManager } from 'pluginart';
import { contractHash } from './orders.ts';

/** How calls get to the plugin of the suite. */
export interface Subject {
  call(payload: Uint8Array): Promise<Buffer>;
  close(): Promise<void>;
}

const pluginScript = fileURLToPath(new URL('./echo-plugin.ts', import.meta.url));

/** As an application has it: a config file, a plugin that the manager starts. */
export async function openManager(): Promise<Subject> {
  const directory = mkdtempSync(join(tmpdir(), 'pluginart-bench-'));
  const config = join(directory, 'pluginart.toml');
  writeFileSync(
    config,
    [
      'version = 1',
      '[[plugins]]',
      'name = "echo"',
      `path = ${JSON.stringify(process.execPath)}`,
      `args = ["--expose-gc", ${JSON.stringify(pluginScript)}]`,
      `contract_hash = "${contractHash}"`,
    ].join('\n'),
  );
  const manager = await PluginManager.fromConfig(config);
  await manager.start();
  return {
    call: (payload) => manager.call('echo', payload),
    async close() {
      await manager.shutdown();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A connection of its own to a plugin that somebody else has started. */
export async function openClient(): Promise<Subject> {
  const directory = mkdtempSync(join(tmpdir(), 'pluginart-bench-'));
  const socketPath = join(directory, 's');
  const plugin = spawn(process.execPath, ['--expose-gc', pluginScript], {
    env: { ...process.env, PLUGIN_SOCKET: socketPath },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.on('exit', () => plugin.kill('SIGKILL'));
  await ready(plugin);
  const client = await connect(socketPath, { pluginName: 'echo', contractHash });
  return {
    call: (payload) => client.call(payload),
    async close() {
      await client.close();
      plugin.kill('SIGKILL');
      await once(plugin, 'exit');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function ready(plugin: ChildProcess): Promise<void> {
  for await (const line of createInterface({ input: plugin.stdout! })) if (line === 'READY') return;
  throw new Error('the plugin of the suite ended before it was ready');
}
