const { readFileSync } = process.getBuiltinModule('node:fs');
const { createRequire } = process.getBuiltinModule('node:module');
const { dirname } = process.getBuiltinModule('node:path');
const { pathToFileURL } = process.getBuiltinModule('node:url');
const { Script } = process.getBuiltinModule('node:vm');

/**
 * Loads what cli/scripts/join.mjs wrote: the whole command as one script. Gives the script, and its `run`.
 * @param {string} path of the script, absolute
 * @param {string | undefined} cachePath of what an earlier process compiled; another version of Node ignores it
 */
export function loadJoined(path, cachePath) {
  const script = new Script(readFileSync(path, 'latin1'), {
    filename: path,
    cachedData: cachePath === undefined ? undefined : readFileSync(cachePath),
  });
  const importMeta = { dirname: dirname(path), url: pathToFileURL(path).href };
  const { run } = script.runInThisContext()(importMeta, createRequire(path), { exports: {} });
  return { script, run };
}
