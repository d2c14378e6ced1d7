import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { repository } from './documentation.ts';

const isMissing =
  spawnSync('cargo', ['--version']).error !== undefined && process.env.PLUGINART_STRICT !== '1';

/** For `skip`: false, or what a test without Rust says; PLUGINART_STRICT=1 makes such tests run, and fail. */
export const skipWithoutCargo = isMissing ? 'CARGO IS NOT ON PATH: the example in Rust is not tested' : false;
if (skipWithoutCargo !== false) process.stderr.write(`\n*** ${skipWithoutCargo} ***\n\n`);

const folder = join(repository, 'examples', 'plugin-rust');

export const rustPlugin = join(folder, 'target', 'release', 'plugin-rust');

/** Runs cargo in the example's folder. @throws Error with all that it said, where it fails */
export function cargo(...args: string[]): void {
  const { error, status, stdout, stderr } = spawnSync('cargo', args, { cwd: folder, encoding: 'utf8' });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`cargo ${args.join(' ')} failed:\n${stdout}\n${stderr}`);
}
