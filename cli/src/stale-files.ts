import { join, resolve } from 'node:path';
import { isGenerated } from '@pluginart/compiler';
import { fs } from './builtins.ts';
import type { PlannedFile } from './write-files.ts';

/**
 * Removes what an earlier run generated into `folder` and this one did not: files that carry our header.
 * Gives their paths. `source` spares files that were generated from another schema.
 */
export function removeStale(folder: string, current: readonly PlannedFile[], source?: string): string[] {
  const wanted = new Set(current.map(({ path }) => resolve(path)));
  const entries = fs.readdirSync(folder, { recursive: true, withFileTypes: true });
  const stale = entries
    .filter((entry) => entry.isFile() && /\.(ts|go|py)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !wanted.has(resolve(path)) && isGenerated(fs.readFileSync(path, 'utf8'), source))
    .sort();
  for (const path of stale) fs.rmSync(path);
  return stale;
}
