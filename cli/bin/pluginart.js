#!/usr/bin/env node
// Committed as JavaScript, so that npm can link the command before the package is built.
import { loadJoined } from './load-joined.js';

const { statSync } = process.getBuiltinModule('node:fs');
const { join } = process.getBuiltinModule('node:path');

const dist = join(import.meta.dirname, '..', 'dist');
const timeOf = (...path) => statSync(join(dist, ...path), { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** The joined form starts three times as fast as the modules it was made of; it counts only if it is newer. */
async function load() {
  const joined = timeOf('joined.js');
  if (joined > Math.max(timeOf('.tsbuildinfo'), timeOf('..', '..', 'compiler', 'dist', '.tsbuildinfo'))) {
    return loadJoined(
      join(dist, 'joined.js'),
      timeOf('joined.cache') >= joined ? join(dist, 'joined.cache') : undefined,
    );
  }
  process.getBuiltinModule('node:module').enableCompileCache();
  return import('../dist/main.js');
}

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(`pluginart needs Node.js 22.18 or newer; this is ${process.version}\n`);
  process.exitCode = 1;
} else if (timeOf('main.js') > 0) {
  const { run } = await load();
  process.exitCode = await run(process.argv.slice(2));
} else {
  process.stderr.write('pluginart: this checkout is not built yet; run `npm run setup` in its root first\n');
  process.exitCode = 1;
}
