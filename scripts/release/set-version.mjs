// Gives every package another version: node scripts/release/set-version.mjs 0.2.0
// What carries it in generated code and in the lock file is written anew.
import { spawnSync } from 'node:child_process';
import { root, setVersionIn, versionedFiles } from './versioned-files.mjs';

const version = process.argv[2] ?? '';
if (!/^\d+\.\d+\.\d+(-[0-9A-Za-z.]+)?$/.test(version)) {
  console.error('usage: node scripts/release/set-version.mjs <version>, such as 0.2.0 or 0.2.0-rc.1');
  process.exit(2);
}
for (const file of versionedFiles) setVersionIn(file, version);
for (const [command, ...args] of [
  ['npm', 'install', '--package-lock-only', '--ignore-scripts'],
  ['npm', 'run', '-s', 'generate'],
]) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
console.log(`All packages are ${version}. Say in CHANGELOG.md what is new, commit, and tag it v${version}.`);
