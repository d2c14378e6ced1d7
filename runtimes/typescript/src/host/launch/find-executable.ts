import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

import { StartupError } from '../../errors/index.ts';

/**
 * The absolute path of a plugin's executable.
 * @param path absolute, or a bare name to look up
 * @param searchPath the plugin's own PATH
 * @throws StartupError that says what was searched, or why the file cannot be run
 */
export async function findExecutable(
  plugin: string,
  path: string,
  searchPath: string | undefined,
): Promise<string> {
  if (path.includes('/')) {
    const problem = await whyNotExecutable(path);
    if (problem !== undefined) {
      const hint = path.includes(' ') && problem.endsWith(NOT_FOUND) ? '; arguments belong into args' : '';
      throw new StartupError(`plugin "${plugin}": ${problem}${hint}`, { plugin });
    }
    return path;
  }
  const directories = (searchPath ?? '').split(delimiter).filter((directory) => directory !== '');
  let nearMiss: string | undefined;
  for (const directory of directories) {
    const candidate = join(directory, path);
    const problem = await whyNotExecutable(candidate);
    if (problem === undefined) return candidate;
    if (!problem.endsWith(NOT_FOUND)) nearMiss ??= problem;
  }
  throw new StartupError(
    `plugin "${plugin}": no executable "${path}" on PATH${nearMiss === undefined ? '' : ` (but ${nearMiss})`}; ` +
      `searched ${directories.length === 0 ? 'nothing, as PATH is empty' : directories.join(', ')}. ` +
      'A path with a slash, like "./echo-plugin", is relative to the config file.',
    { plugin },
  );
}

const NOT_FOUND = 'does not exist';

async function whyNotExecutable(path: string): Promise<string | undefined> {
  try {
    const file = await stat(path);
    if (file.isDirectory()) return `${path} is a directory, not an executable`;
    await access(path, constants.X_OK);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return `${path} ${NOT_FOUND}`;
    if (code === 'EACCES') return `${path} is not executable; run: chmod +x ${path}`;
    return `${path} cannot be run: ${(error as Error).message}`;
  }
}
