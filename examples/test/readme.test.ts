import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ErrorCode } from 'pluginart';
import { codeBlocks, readText, repository } from './documentation.ts';
import { skipWithoutGo } from './go.ts';
import { skipWithoutPython } from './python.ts';

const shownFiles = ['README.md', 'runtimes/typescript/README.md'];
const documents = [
  ...shownFiles,
  'runtimes/python/README.md',
  'examples/README.md',
  'cli/README.md',
  'compiler/README.md',
  'CONTRIBUTING.md',
  'ARCHITECTURE.md',
  ...readdirSync(join(repository, 'docs')).map((name) => `docs/${name}`),
];

/** Runs a block as a reader does who pastes it into a shell. */
function paste(script: string, cwd = repository): string {
  const bin = [join(repository, 'runtimes/python/.venv/bin'), join(repository, 'node_modules/.bin')];
  return execFileSync('sh', ['-euc', script], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: `${bin.join(':')}:${process.env.PATH}`, npm_config_prefer_offline: 'true' },
  });
}

function inNewFolder(run: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'readme-'));
  try {
    run(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

for (const document of shownFiles) {
  test(`${document} shows files that are tested, word for word`, () => {
    const blocks = codeBlocks(document).filter(({ language }) => language !== 'sh');
    assert.ok(blocks.length >= 4);
    for (const { shows, text } of blocks) {
      assert.ok(shows !== undefined, `a block of ${document} names no file:\n${text}`);
      // A configuration may go on with more of the same.
      const file = readText(shows);
      const shown = shows.endsWith('.toml') ? file.slice(0, text.length) : file;
      assert.equal(text, shown, `${document} shows another ${shows}`);
    }
  });
}

test('runtimes/python/README.md shows the examples word for word', () => {
  for (const path of ['examples/plugin-py/handler.py', 'examples/host-py/main.py']) {
    const block = codeBlocks('runtimes/python/README.md').find(({ shows }) => shows === path);
    assert.equal(block?.text, readText(path), `runtimes/python/README.md shows another ${path}`);
  }
});

for (const document of documents) {
  test(`the npm scripts that ${document} names exist`, () => {
    const { scripts } = JSON.parse(readText('package.json')) as { scripts: Record<string, string> };
    const named = [...readText(document).matchAll(/`npm (?:run )?(\w+)[^`]*`/g)].map(([, name]) => name!);
    const notScripts = new Set(['install', 'ci', 'start', 'pack']);
    assert.deepEqual(
      named.filter((name) => !notScripts.has(name) && scripts[name] === undefined),
      [],
    );
  });
}

test('the first two commands of README.md are npm scripts', () => {
  const [first] = codeBlocks('README.md').filter(({ language }) => language === 'sh');
  assert.match(first!.text, /^npm run demo\b.*\nnpm test\b/);
});

test('the commands of README.md make a plugin that builds', () => {
  const [, own] = codeBlocks('README.md').filter(({ language }) => language === 'sh');
  inNewFolder((folder) => {
    const output = paste(`export TMPDIR=${folder}\n${own!.text}`);
    assert.match(output, /wrote {3}shout-plugin-ts\/handler\.ts/);
  });
});

test('the commands of cli/README.md run', () => {
  const [block] = codeBlocks('cli/README.md');
  inNewFolder((folder) => assert.match(paste(block!.text, folder), /contract_hash: sha256:/));
});

test('the code of compiler/README.md runs', () => {
  const [block] = codeBlocks('compiler/README.md');
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', block!.text], {
    cwd: repository,
    encoding: 'utf8',
  });
  assert.match(output, /^echo_client\.ts \d+$/m);
});

/** A block of commands of examples/README.md, by how it begins. */
function exampleCommands(beginning: string): string {
  const block = codeBlocks('examples/README.md').find(({ text }) => text.startsWith(beginning));
  assert.ok(block !== undefined, `examples/README.md has no commands that begin with "${beginning}"`);
  return block.text;
}

test('the commands of examples/README.md run', () => {
  assert.match(paste(exampleCommands('npm start')), /^echo-ts: HELLO$/m);
  assert.throws(() => paste(exampleCommands('node ')), {
    status: 2,
    stderr: /PLUGIN_ADDR=127\.0\.0\.1:9000 node/,
  });
});

test('the commands of examples/README.md for Go run', { skip: skipWithoutGo }, () => {
  const output = paste(exampleCommands('cd examples/plugin-go'));
  assert.match(output, /^echo-ts: HELLO\necho-go: HELLO$/m);
  assert.match(output, /^ok .*echo-go /m);
});

test('the commands of examples/README.md for Python run', { skip: skipWithoutPython }, () => {
  const output = paste(exampleCommands('python '));
  assert.match(output, /^echo-ts: HELLO$/m);
  assert.match(output, /^echo-py: HELLO$/m);
});

test('the commands that examples/README.md says they came about by leave them as they are', () => {
  inNewFolder((folder) => {
    for (const name of ['schema', 'plugin-ts', 'host-ts', 'plugin-go', 'host-go', 'plugin-py', 'host-py']) {
      cpSync(join(repository, 'examples', name), join(folder, 'examples', name), { recursive: true });
    }
    assert.doesNotMatch(paste(exampleCommands('pluginart gen'), folder), /^(wrote|removed)/m);
  });
});

for (const [number, { text }] of codeBlocks('docs/schema.md').entries()) {
  test(`schema ${number + 1} of docs/schema.md is one`, () => {
    inNewFolder((folder) => {
      writeFileSync(join(folder, 'shown.fbs'), text);
      assert.match(paste('pluginart validate shown.fbs', folder), /contract_hash: sha256:/);
    });
  });
}

test('docs/errors.md has every code and no other', () => {
  const rows = [...readText('docs/errors.md').matchAll(/^\| (\d+) \| ([A-Z_]+) \|/gm)];
  const told = Object.fromEntries(rows.map(([, code, name]) => [name, Number(code)]));
  const { NONE, ...codes } = ErrorCode;
  assert.deepEqual(told, codes);
});

test('docs/cli.md shows the help of each command', () => {
  const sections = [...readText('docs/cli.md').matchAll(/^## `pluginart ([^`]*)`\n\n```text\n(.*?)^```$/gms)];
  assert.ok(sections.length >= 4);
  for (const [, words, help] of sections) {
    assert.equal(
      help,
      paste(`NO_COLOR=1 pluginart ${words} --help`),
      `pluginart ${words} --help has changed`,
    );
  }
  const commands = [...paste('NO_COLOR=1 pluginart --help').matchAll(/^ {2}([a-z]+(?: [a-z]+)?) {2,}/gm)];
  assert.deepEqual(
    sections.map(([, words]) => words),
    commands.map(([, words]) => words),
  );
});
