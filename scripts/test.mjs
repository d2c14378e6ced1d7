// Runs every test. What the machine lacks is skipped with a loud line; PLUGINART_STRICT=1 makes that a failure.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

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
];

const missing = wanted.filter(({ command }) => spawnSync(command, ['--version'], { stdio: 'ignore' }).error);

function announce() {
  for (const { command, lost, install } of missing) {
    const verdict = strict ? 'MISSING, and nothing may be skipped here' : 'SKIPPED';
    console.log(`\n*** ${verdict}: ${command} is not on PATH, without it there is no test of ${lost}`);
    console.log(`*** to have it: ${install}\n`);
  }
}

announce();
if (strict && missing.length > 0) process.exit(1);

const patterns =
  given.length > 0
    ? given
    : ['runtimes/typescript', 'compiler', 'cli', 'conformance', 'examples', 'bench', 'scripts'].map(
        (folder) => `${folder}/**/*.test.ts`,
      );
const { status } = spawnSync(
  process.execPath,
  ['--test', '--test-concurrency=2', '--test-timeout=300000', ...patterns],
  { cwd: root, stdio: 'inherit' },
);
announce();
process.exit(status ?? 1);
