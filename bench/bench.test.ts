import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { hasGo } from './go-bench.ts';
import { readOptions } from './options.ts';
import { hasPython } from './python-bench.ts';
import { contestants } from './side-by-side/contestant.ts';
import { scenarios } from './side-by-side/scenario.ts';

/** What tells a reader how to run it, and what came of it. */
const pages = ['../docs/benchmarks.md', 'README.md', 'python/README.md'].map((path) =>
  readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8'),
);

const main = fileURLToPath(new URL('./main.ts', import.meta.url));

function bench(...args: string[]) {
  return spawnSync(process.execPath, ['--expose-gc', main, ...args], { encoding: 'utf8', timeout: 280_000 });
}

describe('npm run bench', () => {
  const directory = mkdtempSync(join(tmpdir(), 'pluginart-bench-test-'));
  after(() => rmSync(directory, { recursive: true, force: true }));

  it('runs whole, prints its tables and writes its figures', () => {
    const file = join(directory, 'figures.json');
    const { status, stdout, stderr } = bench('--quick', '--json', file);
    assert.equal(stderr, '');
    assert.equal(status, 0);
    for (const { name } of contestants) assert.match(stdout, new RegExp(`^${name} `, 'm'));
    const { suite, sideBySide, codecs, expectations, go, python } = JSON.parse(readFileSync(file, 'utf8'));
    assert.equal(suite.length, 9);
    for (const { calls, nsPerCall } of suite) assert.ok(calls > 0 && nsPerCall > 0);
    for (const scenario of Object.keys(scenarios)) {
      for (const { name } of contestants)
        assert.ok(sideBySide[scenario][name].median > 0, `${scenario}, ${name}`);
    }
    assert.ok(codecs.length > 0);
    for (const { measured } of expectations) assert.ok(measured > 0);
    if (hasPython) {
      assert.equal(python.suite.length, 9);
      assert.equal(python.expectations.length, 3);
      for (const { measured } of python.expectations) assert.ok(measured > 0);
      for (const name of ['raw socket, whole', 'pluginart raw, asyncio', 'grpcio'])
        assert.match(stdout, new RegExp(`^${name} `, 'm'));
    }
    if (!hasGo) return assert.match(stdout, /SKIPPED: go is not on PATH/);
    assert.equal(go.suite.length, 9);
    assert.equal(go.expectations.length, 4);
    for (const { measured } of go.expectations) assert.ok(measured > 0);
    for (const name of ['raw socket, whole', 'pluginart raw', 'gRPC-Go', 'net/rpc'])
      assert.match(stdout, new RegExp(`^${name} `, 'm'));
  });

  it('takes the commands of its pages', () => {
    const commands = pages.flatMap((page) => [...page.matchAll(/npm run bench(?: -- ([^#`\n]*))?/g)]);
    assert.ok(commands.length >= 5);
    for (const [, args = ''] of commands) readOptions(args.trim().split(/ +/).filter(Boolean));
  });

  it('has all its contestants in the tables of its page', () => {
    for (const name of [...contestants.map(({ name }) => name), 'raw socket', 'gRPC-Go', 'net/rpc', 'grpcio'])
      assert.match(pages[0]!, new RegExp(`^${name} +[0-9]`, 'm'));
  });

  it('refuses what it does not know, and says what it takes', () => {
    for (const args of [['--duration', 'soon'], ['--only', 'everything'], ['--rounds', '0'], ['--fast']]) {
      const { status, stderr } = bench(...args);
      assert.equal(status, 2);
      assert.match(stderr, /--duration 10s/);
    }
  });
});
