import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoFolder, examplesFolder } from './stage.js';

export interface Configuration {
  readonly path: string;
  readonly text: string;
  remove(): Promise<void>;
}

/** A copy of `pluginart.toml` with another address, as the one in the file may be taken on your machine. */
export async function configurationWith(address: string): Promise<Configuration> {
  const committed = readFileSync(join(demoFolder, 'pluginart.toml'), 'utf8');
  const text = committed.replace('"127.0.0.1:9000"', `"${address}"`);
  const folder = await mkdtemp(join(tmpdir(), 'pluginart-demo-'));
  const path = join(folder, 'pluginart.toml');
  // Relative paths begin at the file's folder, and the copy's is another.
  writeFileSync(path, text.replaceAll('"../', `"${examplesFolder}/`));
  return { path, text, remove: () => rm(folder, { recursive: true }) };
}
