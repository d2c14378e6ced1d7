#!/usr/bin/env node
// Committed as JavaScript, so that npm can link the command before the package is built.
const { statSync } = process.getBuiltinModule('node:fs');
process.getBuiltinModule('node:module').enableCompileCache();

const timeOf = (path) => statSync(new URL(path, import.meta.url), { throwIfNoEntry: false })?.mtimeMs ?? 0;

// The whole command in one file starts twice as fast as its modules; it counts only if it is newer than they are.
const joined = timeOf('../dist/pluginart.js');
const built = Math.max(timeOf('../dist/.tsbuildinfo'), timeOf('../../compiler/dist/.tsbuildinfo'));
const main = joined > built ? '../dist/pluginart.js' : '../dist/main.js';
if (timeOf(main) > 0) {
  const { run } = await import(main);
  process.exitCode = await run(process.argv.slice(2));
} else {
  process.stderr.write('pluginart: this checkout is not built yet; run `npm run setup` in its root first\n');
  process.exitCode = 1;
}
