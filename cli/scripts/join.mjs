// Joins the built command and the compiler into one script, cli/dist/joined.js, which bin/pluginart.js prefers:
// Node takes a third of a millisecond to find, read and link a module, and there are more than a hundred, which
// is longer than all of the work that `pluginart gen` does.
import { spawnSync } from 'node:child_process';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const dist = join(import.meta.dirname, '..', 'dist');
const output = join(dist, 'joined.js');
const temporary = `${output}.${process.pid}`;

await build({
  entryPoints: [join(dist, 'main.js')],
  outfile: temporary,
  bundle: true,
  platform: 'node',
  target: 'node22.18',
  format: 'cjs',
  // What only `validate --config` and `conformance` need stays where it is.
  external: ['pluginart', 'pluginart/config', '@pluginart/conformance'],
  // A script has no import of its own; bin/load-joined.js gives it what stands for these.
  supported: { 'dynamic-import': false },
  define: { 'import.meta.dirname': 'importMeta.dirname', 'import.meta.url': 'importMeta.url' },
  banner: { js: '(function (importMeta, require, module) {' },
  footer: { js: 'return module.exports;\n})' },
  logLevel: 'warning',
});
// Renamed into place, as the command may be starting at this moment.
renameSync(temporary, output);

const { status } = spawnSync(process.execPath, [join(import.meta.dirname, 'warm.mjs')], {
  stdio: ['ignore', 'ignore', 'inherit'],
});
process.exitCode = status ?? 1;
