import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Options } from './options.ts';

export interface PythonFigures {
  readonly suite: readonly { readonly role: string; readonly nsPerCall: number }[];
  readonly rates: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly expectations: readonly {
    readonly what: string;
    readonly measured: number;
    readonly met: boolean;
  }[];
  /** A row of the suite retained more than it may. */
  readonly failed: boolean;
}

const folder = fileURLToPath(new URL('./python', import.meta.url));
const python = join(folder, '.venv', 'bin', 'python');

export const hasPython =
  spawnSync('python3', ['-c', 'import venv, ensurepip'], { stdio: 'ignore' }).status === 0;

/**
 * Makes the environment of the bench of the Python runtime, with grpcio in it, and runs that bench, which prints its own
 * tables.
 * @throws Error where it cannot be made, or ends without figures
 */
export function runPythonBench({ durationMs, rounds, sliceMs, quick }: Options): PythonFigures {
  if (!existsSync(python)) run('python3', ['-m', 'venv', '.venv']);
  const pip = ['-m', 'pip', '--disable-pip-version-check', 'install', '--quiet'];
  run(python, [...pip, '-r', 'requirements.txt', '-e', '../../runtimes/python']);
  const output = mkdtempSync(join(tmpdir(), 'pluginart-bench-'));
  try {
    const file = (name: string) => join(output, `${name}.json`);
    const suite = ['-m', 'suite', '--duration', `${durationMs}ms`, '--json', file('suite')];
    // It fails where a limit is exceeded, and has written its figures all the same.
    const { status } = spawnSync(python, suite, { cwd: folder, stdio: 'inherit' });
    const slice = `${quick ? 60 : sliceMs}ms`;
    run(python, ['-m', 'side_by_side', '--rounds', `${rounds}`, '--slice', slice, '--json', file('sides')]);
    const read = (name: string) => JSON.parse(readFileSync(file(name), 'utf8'));
    return { suite: read('suite'), ...read('sides'), failed: status !== 0 };
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}

function run(command: string, args: readonly string[]): void {
  const { status } = spawnSync(command, args, { cwd: folder, stdio: 'inherit' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed in bench/python`);
}
