import { dirname, join, resolve } from 'node:path';
import { isGenerated } from '@pluginart/compiler';
import { fs } from './builtins.ts';
import type { PlannedFile } from './write-files.ts';

/**
 * Removes what an earlier run generated into `folder` and this one did not: files that carry our header, and
 * folders that are empty then. Gives the files' paths. `source` spares files that were generated from another schema.
 */
export function removeStale(folder: string, current: readonly PlannedFile[], source?: string): string[] {
  const wanted = new Set(current.map(({ path }) => resolve(path)));
  const stale = sourcesIn(folder)
    .filter((path) => !wanted.has(resolve(path)) && isGenerated(fs.readFileSync(path, 'utf8'), source))
    .sort();
  for (const path of stale) {
    fs.rmSync(path);
    removeEmpty(dirname(path), folder);
  }
  return stale;
}

/** Files of source code. Nothing is ever generated into other people's packages or hidden folders. */
function sourcesIn(folder: string): string[] {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isFile()) return /\.(ts|go|py)$/.test(entry.name) ? [path] : [];
    const isOurs = entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.');
    return isOurs ? sourcesIn(path) : [];
  });
}

function removeEmpty(folder: string, top: string): void {
  if (resolve(folder) === resolve(top) || fs.readdirSync(folder).length > 0) return;
  fs.rmdirSync(folder);
  removeEmpty(dirname(folder), top);
}
