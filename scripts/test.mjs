// Runs every test. What the machine lacks is skipped with a loud line; PLUGINART_STRICT=1 makes that a failure.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildGoExamples, goModules, hasGo } from './go-modules.mjs';
import { python, systemPython } from './python-environment.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const strict = process.env.PLUGINART_STRICT === '1';
const given = process.argv.slice(2);

/** Programs that some tests compare with, and what is lost without them. */
const wanted = [
  {
    command: 'flatc',
    lost: 'the comparison with the official schema compiler',
    install: 'apt-get install flatbuffers-compiler',
  },
  {
    command: 'go',
    lost: 'the Go runtime, nor of generated Go',
    install: 'https://go.dev/doc/install, 1.26 or later',
  },
  {
    command: 'python3',
    lost: 'the Python runtime, nor of generated Python',
    install: 'Python 3.11 or later, with venv',
  },
  {
    command: 'cargo',
    lost: 'the example in Rust',
    install: 'https://rustup.rs, Rust 1.95 or later',
  },
  {
    command: 'docker',
    lost: 'plugins in containers: no engine answers',
    install: 'apt-get install docker.io, and start dockerd',
  },
];

const missing = wanted.filter(({ command }) => !isThere(command));
const has = (command) => !missing.some((each) => each.command === command);

function isThere(command) {
  if (command === 'python3') return systemPython() !== undefined;
  const { error, status } = spawnSync(command, ['version'], { stdio: 'ignore' });
  // `docker version` asks the engine as well.
  if (command === 'docker') return status === 0;
  // `go` has no --version; any start at all will do.
  return error === undefined;
}

function announce() {
  for (const { command, lost, install } of missing) {
    const verdict = strict ? 'MISSING, and nothing may be skipped here' : 'SKIPPED';
    console.log(`\n*** ${verdict}: ${command} is not there, without it there is no test of ${lost}`);
    console.log(`*** to have it: ${install}\n`);
  }
}

announce();
if (strict && missing.length > 0) process.exit(1);
if (hasGo) buildGoExamples();

const folders = ['runtimes/typescript', 'compiler', 'cli', 'conformance', 'examples', 'bench', 'scripts'];
const patterns = given.length > 0 ? given : folders.map((folder) => `${folder}/**/*.test.ts`);

/** Each is the language's own runner: [what, command, arguments]. */
const runs = [
  ['node', process.execPath, ['--test', '--test-concurrency=2', '--test-timeout=300000', ...patterns]],
];
if (given.length === 0 && hasGo) {
  // The race detector takes a C compiler, which not everybody has.
  const race = strict ? ['-race'] : [];
  // What is built with it sleeps for a second at its end, and the tests end many processes.
  process.env.GORACE ??= 'atexit_sleep_ms=10';
  for (const folder of goModules)
    runs.push([`go in ${folder}`, 'go', ['-C', folder, 'test', '-p', '2', ...race, './...']]);
}
if (given.length === 0 && has('python3')) {
  runs.push(['python', python, ['-m', 'pytest', 'runtimes/python']]);
  // Each for itself, as each has a `handler`; what they are called with is the example host's.
  for (const folder of ['examples/plugin-py', 'examples/plugin-repeat-py']) {
    const settings = ['-c', 'runtimes/python/pyproject.toml', '-p', 'no:cacheprovider'];
    const path = `pythonpath=${join(root, folder)} ${join(root, 'examples/host-py')}`;
    runs.push([`python in ${folder}`, python, ['-m', 'pytest', ...settings, '-o', path, folder]]);
  }
}
if (given.length === 0)
  runs.push([
    'the conformance matrix',
    process.execPath,
    ['conformance/dist/conformance/src/main.js', '--check'],
  ]);

const failed = runs.filter(([, command, args]) => {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  return status !== 0;
});
announce();
for (const [name] of failed) console.log(`FAILED: the tests that ${name} runs`);
process.exit(failed.length === 0 ? 0 : 1);
