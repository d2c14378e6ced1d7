import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';

const cwd = new URL('../..', import.meta.url);

function evaluate(...args: string[]): string {
  return execFileSync(process.execPath, args, { cwd, encoding: 'utf8' }).trim();
}

describe('the package', () => {
  it('is usable from CommonJS by require', () => {
    const script = `
      const { PluginManager, serve, connect, inMemoryPair, PluginartError, ErrorCode } = require('pluginart');
      const { Writer, Reader } = require('pluginart/codec');
      console.log([PluginManager, serve, connect, inMemoryPair, PluginartError, Writer, Reader].map((each) => typeof each).join(), ErrorCode.UNAVAILABLE);`;
    assert.equal(
      evaluate('--input-type=commonjs', '-e', script),
      'function,function,function,function,function,function,function 61443',
    );
  });

  it('does not load what only hosts with a configuration need', () => {
    const script = `
      import { registerHooks } from 'node:module';
      const loaded = [];
      registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
      await import('pluginart');
      const has = (part) => loaded.some((url) => url.includes(part));
      console.log(has('/dist/index.js'), has('/zod/'), has('toml'));`;
    assert.equal(evaluate('--input-type=module', '-e', script), 'true false false');
  });

  it('gives away built files alone, without tests', () => {
    const packed = JSON.parse(
      execFileSync('npm', ['pack', '--dry-run', '--json'], { cwd, encoding: 'utf8' }),
    );
    const files = (packed[0].files as { path: string }[]).map(({ path }) => path);
    assert.ok(files.includes('dist/index.js') && files.includes('dist/index.d.ts'));
    const strangers = files.filter(
      (path) =>
        !/^(dist\/.*\.(js|d\.ts)|package\.json|README\.md|LICENSE|pluginart\.schema\.json)$/.test(path),
    );
    assert.deepEqual(strangers, []);
    assert.deepEqual(
      files.filter((path) => path.includes('.test.')),
      [],
    );
  });
});
