import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoFolder, examplesFolder } from './stage.js';

export interface Configuration {
  readonly path: string;
  /** As the committed file, but for the address. */
  readonly text: string;
}

/**
 * A copy of `pluginart.toml` with another address, as the one in the file may be taken on your machine. It is removed
 * when this process exits.
 */
export function configurationWith(address: string): Configuration {
  const committed = readFileSync(join(demoFolder, 'pluginart.toml'), 'utf8');
  const text = committed.replace('"127.0.0.1:9000"', `"${address}"`);
  const folder = mkdtempSync(join(tmpdir(), 'pluginart-demo-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'pluginart.toml');
  // Relative paths begin at the file's folder, and the copy's is another.
  writeFileSync(path, text.replaceAll('"../', `"${examplesFolder}/`));
  return { path, text };
}
