import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

export const hasGo = spawnSync('go', ['version'], { stdio: 'ignore' }).error === undefined;

/** Every Go module of the repository, by its folder. */
export const goModules = [
  '.',
  'examples/plugin-go',
  'examples/plugin-repeat-go',
  'examples/host-go',
  'bench/go',
];

/** Builds those examples that are written in Go, each as its README says. @throws Error where one does not build */
export function buildGoExamples() {
  for (const name of ['plugin-go', 'plugin-repeat-go', 'host-go']) {
    const { status } = spawnSync('go', ['build', '-o', name, '.'], {
      cwd: join(root, 'examples', name),
      stdio: 'inherit',
    });
    if (status !== 0) throw new Error(`examples/${name} does not build`);
  }
}
