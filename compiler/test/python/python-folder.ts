import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { GeneratedFile } from '../../src/emit/generated-file.ts';
import { root } from '../emit/generated.ts';

/** The interpreter that `npm run setup` makes, with ruff, mypy and the runtime of this checkout. */
export const python = join(root, 'runtimes/python/.venv/bin/python');

const runtimeConfig = join(root, 'runtimes/python/pyproject.toml');

/** False with a loud line where Python is missing; PLUGINART_STRICT=1 makes the tests run, and fail. */
export const hasPython = existsSync(python) || process.env.PLUGINART_STRICT === '1';
if (!hasPython)
  process.stderr.write('\n*** GENERATED PYTHON IS NOT TESTED: there is no Python 3.11 or later ***\n\n');

export const skipWithoutPython = hasPython
  ? false
  : 'GENERATED PYTHON IS NOT TESTED: there is no Python 3.11 or later';

/** A folder of Python packages over this checkout's runtime, held to the rules of its own code. */
export class PythonFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'pluginart-python-'));

  constructor() {
    // The packages that lie here are first-party, as they are for who generates them into a project.
    this.write('ruff.toml', `extend = ${JSON.stringify(runtimeConfig)}\nsrc = ["."]\n`);
  }

  write(path: string, text: string): void {
    const full = join(this.path, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
  }

  writeAll(folder: string, files: readonly GeneratedFile[]): void {
    for (const { path, text } of files) this.write(`${folder}/${path}`, text);
  }

  /** What Python prints with these arguments, on both ways out. Empty = it had nothing to say. */
  run(...args: readonly string[]): string {
    const { error, stdout, stderr, status } = spawnSync(python, args, { cwd: this.path, encoding: 'utf8' });
    if (error !== undefined) throw error;
    return status === 0 ? stdout : `${stdout}${stderr}` || `python ended with ${status}`;
  }

  /** What mypy finds in the folder, as strict as with the runtime itself. */
  checkTypes(): string {
    return this.run('-m', 'mypy', '--config-file', runtimeConfig, '--no-error-summary', '.');
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
