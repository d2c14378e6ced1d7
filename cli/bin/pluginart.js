#!/usr/bin/env node
// Committed as JavaScript, so that npm can link the command before the package is built.
const { existsSync } = process.getBuiltinModule('node:fs');
process.getBuiltinModule('node:module').enableCompileCache();

const main = new URL('../dist/main.js', import.meta.url);
if (existsSync(main)) {
  const { run } = await import(main.href);
  process.exitCode = await run(process.argv.slice(2));
} else {
  process.stderr.write('pluginart: this checkout is not built yet; run `npm run setup` in its root first\n');
  process.exitCode = 1;
}
