// From the example schemas to running plugins: generates their code with the command, builds it, runs the demo.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { styleText } from 'node:util';
import { exampleBindings } from './example-bindings.mjs';
import { buildGoExamples, hasGo } from './go-modules.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const began = performance.now();
const names = { typescript: 'TypeScript', go: 'Go', python: 'Python' };

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
for (const [schema, bindings] of Map.groupBy(exampleBindings, ({ schema }) => schema)) {
  const made = [...Map.groupBy(bindings, ({ language }) => language)].map(
    ([language, ofLanguage]) => `${names[language]}: ${filesOf(ofLanguage).join(', ')}`,
  );
  console.log(`  ${basename(schema).padEnd(14)}${made.join('; ')}`);
}

run('node_modules/typescript/bin/tsc', '-b');
if (hasGo) buildGoExamples();
else console.log('\n  *** SKIPPED: go is not on PATH, so what is written in Go is not built');
console.log(`\n  Generated and built in ${((performance.now() - began) / 1_000).toFixed(2)} s.\n`);
run('examples/demo/dist/main.js');

/** Generates, and says how many files came of it on either side. */
function filesOf(bindings) {
  const counts = bindings.map(({ target, language, schema, out }) => {
    const args = ['--target', target, '--lang', language, '--schema', schema, '--out', out, '--json'];
    const command = join(root, 'node_modules/.bin/pluginart');
    const report = JSON.parse(execFileSync(command, ['gen', 'bindings', ...args], { cwd: root }));
    return `${target} ${report.written.length + report.unchanged.length} files`;
  });
  // Two examples may have the same, each for itself.
  return new Set(counts).values().toArray();
}

function run(script, ...args) {
  const { status } = spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
