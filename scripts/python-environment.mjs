// Makes runtimes/python/.venv: what Python's tests, checks and examples run in. Nothing is installed outside of it.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const runtime = join(dirname(fileURLToPath(import.meta.url)), '..', 'runtimes', 'python');
const environment = join(runtime, '.venv');
const stamp = join(environment, '.installed');

/** The interpreter of the environment, whether or not that is there. */
export const python = join(environment, 'bin', 'python');

/** The system's Python where it is 3.11 or later, else undefined. */
export function systemPython() {
  const version = ['-c', 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))'];
  return ['python3', 'python'].find((name) => spawnSync(name, version, { stdio: 'ignore' }).status === 0);
}

/** Installs unless that is done. Exits where it fails; does nothing where there is no Python. */
export function setUpPython() {
  const system = systemPython();
  if (system === undefined) return;
  const wanted = createHash('sha256')
    .update(readFileSync(join(runtime, 'requirements-dev.txt')))
    .update(readFileSync(join(runtime, 'pyproject.toml')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  run(system, ['-m', 'venv', '--clear', environment]);
  const pip = ['-m', 'pip', '--disable-pip-version-check', 'install', '--quiet'];
  run(python, [...pip, '-r', 'requirements-dev.txt', '-e', '.']);
  writeFileSync(stamp, wanted);
}

function run(command, args) {
  const { status } = spawnSync(command, args, { cwd: runtime, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
