// Makes a website of this repository's documents, as examples/pipeline says: npm run pipeline [-- --kill highlight]
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildGoExamples, hasGo } from './go-modules.mjs';
import { systemPython } from './python-environment.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

if (!hasGo || systemPython() === undefined) {
  console.log(
    '*** SKIPPED: the pipeline has plugins in Go and Python, and needs go and Python 3.11 or later',
  );
  process.exit(process.env.PLUGINART_STRICT === '1' ? 1 : 0);
}
buildGoExamples();
const args = ['examples/pipeline/host/dist/main.js', '.', '--out', 'examples/pipeline/site'];
const { status } = spawnSync(process.execPath, [...args, ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(status ?? 1);
