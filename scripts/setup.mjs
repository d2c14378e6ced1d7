// Makes a checkout ready: installs what package-lock.json says unless that is done, builds, and makes Python's environment.
// With --install it does only the first: generating code, for one, has to work while what is committed does not build.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setUpPython } from './python-environment.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const stamp = join(root, 'node_modules', '.installed-lock');

function run(command, args) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

const lock = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  run('npm', ['ci', '--loglevel=error']);
  writeFileSync(stamp, lock);
}
if (process.argv.includes('--install')) process.exit();
const node = join(root, 'node_modules', '.bin', 'node');
run(node, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-b']);
run(node, [join(root, 'cli', 'scripts', 'join.mjs')]);
setUpPython();
