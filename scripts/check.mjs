// Format, lint, types, and that generated code is current. Says all that is wrong, not just the first.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { goModules, hasGo } from './go-modules.mjs';
import { python, systemPython } from './python-environment.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = (name) => join(root, 'node_modules', '.bin', name);

/** Tests and benchmarks are type-checked by projects of their own, as the build leaves them out. */
const testProjects = [
  'runtimes/typescript/test',
  'compiler/test',
  'cli/test',
  'examples/test',
  'protocol/vectors',
  'conformance/peers',
  'conformance/test',
  'bench',
];

const checks = [
  ['format and lint', bin('biome'), ['check', '--error-on-warnings']],
  ...testProjects.map((project) => [`types of ${project}`, bin('tsc'), ['-p', project]]),
  ['generated code is current', process.execPath, ['scripts/generate.mjs', '--check']],
];

if (hasGo) {
  // gofmt lists files and succeeds; what it lists is the failure.
  const format =
    'files=$(git ls-files -co --exclude-standard "*.go" | xargs gofmt -l); echo "$files"; test -z "$files"';
  checks.push(['format of Go', 'sh', ['-c', format]]);
  const tools = `-modfile=${join(root, 'tools', 'go.mod')}`;
  for (const folder of goModules) {
    checks.push(
      [`go vet in ${folder}`, 'go', ['-C', folder, 'vet', './...']],
      [`staticcheck in ${folder}`, 'go', ['-C', folder, 'tool', tools, 'staticcheck', './...']],
      [`go.mod in ${folder} is tidy`, 'go', ['-C', folder, 'mod', 'tidy', '-diff']],
    );
  }
} else {
  console.log('*** SKIPPED: go is not on PATH, so nothing of Go is checked');
}

if (systemPython() === undefined) {
  console.log('*** SKIPPED: there is no Python 3.11 or later, so nothing of Python is checked');
} else {
  const folder = 'runtimes/python';
  const mypy = ['-m', 'mypy', '--config-file', `${folder}/pyproject.toml`];
  const pythonExamples = ['host-py/main.py', 'plugin-py/plugin.py', 'plugin-repeat-py/plugin.py'];
  checks.push(
    ['format of Python', python, ['-m', 'ruff', 'format', '--check', folder, 'examples', 'conformance']],
    ['lint of Python', python, ['-m', 'ruff', 'check', folder, 'examples', 'conformance']],
    ['types of Python', python, [...mypy, folder]],
    // Each for itself, as each has modules of the same names.
    ...pythonExamples.map((path) => [`types of examples/${path}`, python, [...mypy, `examples/${path}`]]),
  );
}

if (spawnSync('cargo', ['--version'], { stdio: 'ignore' }).error) {
  console.log('*** SKIPPED: cargo is not on PATH, so the example in Rust is not checked');
} else {
  const manifest = ['--manifest-path', 'examples/plugin-rust/Cargo.toml'];
  checks.push(
    ['format of Rust', 'cargo', ['fmt', '--check', ...manifest]],
    [
      'clippy',
      'cargo',
      ['clippy', '--quiet', '--all-targets', '--locked', ...manifest, '--', '-D', 'warnings'],
    ],
  );
}

let failed = 0;
for (const [name, command, args] of checks) {
  console.log(`== ${name}`);
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) {
    failed++;
    console.log(`== ${name}: FAILED`);
  }
}
process.exit(failed === 0 ? 0 : 1);
