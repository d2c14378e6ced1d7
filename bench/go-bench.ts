import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Options } from './options.ts';

export interface GoFigures {
  readonly machine: string;
  readonly suite: readonly unknown[];
  readonly sideBySide: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
  readonly expectations: readonly {
    readonly what: string;
    readonly measured: number;
    readonly met: boolean;
  }[];
  readonly failures: readonly string[];
}

const module = fileURLToPath(new URL('./go', import.meta.url));

export const hasGo = spawnSync('go', ['version'], { stdio: 'ignore' }).error === undefined;

/**
 * Builds and runs the bench of the Go runtime, which prints its own tables.
 * @throws Error where it does not build, or ends without figures
 */
export function runGoBench({ durationMs, rounds, quick }: Options): GoFigures {
  const folder = mkdtempSync(join(tmpdir(), 'pluginart-bench-'));
  try {
    const program = join(folder, 'bench');
    const file = join(folder, 'figures.json');
    const size = quick ? ['-quick'] : ['-duration', `${durationMs}ms`, '-rounds', `${rounds}`];
    const { status } = spawnSync('go', ['-C', module, 'build', '-o', program, '.'], { stdio: 'inherit' });
    if (status !== 0) throw new Error('bench/go does not build');
    // It fails where a limit is exceeded, and has written its figures all the same.
    spawnSync(program, [...size, '-json', file], { stdio: 'inherit' });
    return JSON.parse(readFileSync(file, 'utf8')) as GoFigures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
