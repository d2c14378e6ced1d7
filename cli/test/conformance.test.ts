import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'certified-'));
const rules: { id: string; section: string; text: string }[] = JSON.parse(
  readFileSync(join(root, 'conformance/rules.json'), 'utf8'),
);
after(() => rmSync(folder, { recursive: true }));

function certify(plugin: string, ...args: string[]) {
  const command = ['conformance', '--plugin', plugin, '--schema', 'examples/schema/echo.fbs', ...args];
  return spawnSync(process.execPath, ['cli/bin/pluginart.js', ...command], { cwd: root, encoding: 'utf8' });
}

test('a plugin that keeps the rules is certified', () => {
  const { status, stdout } = certify(
    `${process.execPath} examples/plugin-ts/dist/plugin.js`,
    '--case',
    '*hand*',
  );
  assert.equal(status, 0, stdout);
  const [, passed, all] = /(\d+) of (\d+) cases passed/.exec(stdout) ?? assert.fail(stdout);
  assert.equal(passed, all);
});

test('--trace shows the frames of cases that were asked for', () => {
  const plugin = `${process.execPath} examples/plugin-ts/dist/plugin.js`;
  const { status, stdout } = certify(plugin, '--case', 'plugin-echo/a call, version 2', '--trace');
  assert.equal(status, 0, stdout);
  assert.match(stdout, /host -> plugin {2}CALL stream 1.*host <- plugin {2}RESPONSE stream 1/s);
});

test('one that breaks them is not, and the rule is quoted', () => {
  const script = join(folder, 'rude.mjs');
  writeFileSync(
    script,
    `import { createServer } from 'node:net';
createServer((socket) => socket.end('hello')).listen(process.env.PLUGIN_SOCKET, () => console.log('READY'));
process.on('SIGTERM', () => process.exit(0));
`,
  );
  const { status, stdout, stderr } = certify(`${process.execPath} ${script}`, '--case', '*hand*');
  assert.equal(status, 1, stdout + stderr);
  const quoted = rules.filter(({ id, section, text }) => stdout.includes(`${id} (${section}): ${text}`));
  assert.ok(
    quoted.some(({ id }) => id === 'V1-H4'),
    stdout,
  );
});

test('a command line that is wrong is said to be', () => {
  const { status, stderr } = certify('true', '--transport', 'pigeon');
  assert.equal(status, 2);
  assert.match(stderr, /--transport/);
});
