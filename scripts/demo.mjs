// From the example schemas to running plugins: generates their code with the command, builds it, runs the demo.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { styleText } from 'node:util';
import { exampleBindings } from './example-bindings.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const began = performance.now();

const echo = readFileSync(join(root, 'examples/schema/echo.fbs'), 'utf8');
console.log(`
${styleText('bold', 'From a schema to typed code')}

  pluginart lets a program be extended by plugins that run as processes of their own, each behind a
  contract that both sides prove to each other. The contract is a schema; this is one of three:

${echo
  .slice(echo.indexOf('namespace'))
  .trimEnd()
  .replaceAll(/^/gm, `  ${styleText('dim', '│')} `)}

  pluginart gen bindings makes of each a typed service for plugins and a typed client for hosts:
`);
const schemas = Map.groupBy(
  exampleBindings.filter(({ out }) => !out.startsWith('examples/host-ts/')),
  ({ schema }) => schema,
);
for (const [schema, bindings] of schemas) {
  const made = bindings.map(({ target, out }) => {
    const args = ['gen', 'bindings', '--target', target, '--schema', schema, '--out', out, '--json'];
    const report = JSON.parse(execFileSync(join(root, 'node_modules/.bin/pluginart'), args, { cwd: root }));
    return `${target}: ${report.written.length + report.unchanged.length} files`;
  });
  console.log(`  ${basename(schema).padEnd(14)}${made.join(', ')}`);
}

run('node_modules/typescript/bin/tsc', '-b');
console.log(`\n  Generated and built in ${((performance.now() - began) / 1_000).toFixed(2)} s.\n`);
run('examples/demo/dist/main.js');

function run(script, ...args) {
  const { status } = spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
