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
  'examples/pipeline/plugin-minify',
  'bench/go',
];

/** What the examples in Go are built to, by the folder of each. */
const goExamples = {
  'examples/plugin-go': 'plugin-go',
  'examples/plugin-repeat-go': 'plugin-repeat-go',
  'examples/host-go': 'host-go',
  'examples/pipeline/plugin-minify': 'minify-plugin',
};

/** Builds those examples that are written in Go, each as its README says. @throws Error where one does not build */
export function buildGoExamples() {
  for (const [folder, program] of Object.entries(goExamples)) {
    const args = ['build', '-o', program, '.'];
    const { status } = spawnSync('go', args, { cwd: join(root, folder), stdio: 'inherit' });
    if (status !== 0) throw new Error(`${folder} does not build`);
  }
}
