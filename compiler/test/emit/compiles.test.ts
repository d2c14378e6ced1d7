import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { makeFolder, root, schemaNamed, writeBindings } from './generated.ts';

const folder = makeFolder();
after(() => folder.remove());

function run(tool: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(join(root, 'node_modules', '.bin', tool), args, {
    cwd: folder.path,
    encoding: 'utf8',
  });
  return status === 0 ? '' : `${stdout}${stderr}`;
}

before(() => {
  for (const name of ['rich', 'hostile', 'lengthy', 'streams', 'unions']) {
    writeBindings(schemaNamed(name), 'host', join(folder.path, name, 'host'));
    writeBindings(schemaNamed(name), 'plugin', join(folder.path, name, 'plugin'));
  }
  const { compilerOptions } = JSON.parse(readFileSync(join(root, 'tsconfig.base.json'), 'utf8'));
  writeFileSync(
    join(folder.path, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        ...compilerOptions,
        composite: false,
        declaration: false,
        noEmit: true,
        noUnusedLocals: true,
      },
    }),
  );
  const {
    vcs: _vcs,
    files: _files,
    $schema: _schema,
    ...config
  } = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'));
  writeFileSync(join(folder.path, 'biome.json'), JSON.stringify({ ...config, root: true }));
});

describe('generated TypeScript', () => {
  it('compiles under the strict flags', () => {
    assert.equal(run('tsc', ['-p', 'tsconfig.json', '--pretty', 'false']), '');
  });

  for (const name of ['rich', 'hostile', 'streams', 'unions']) {
    it(`is formatted: ${name}`, () => assert.equal(run('biome', ['format', name]), ''));
  }

  it('is formatted where names are longer than lines', () => {
    const files = ['host', 'plugin'].flatMap((side) =>
      globSync(`lengthy/${side}/*.ts`, { cwd: folder.path }),
    );
    assert.ok(files.length === 12, `${files}`);
    assert.equal(run('biome', ['format', ...files]), '');
  });

  it('passes the linter', () => {
    assert.equal(run('biome', ['check', '--error-on-warnings', 'rich', 'streams', 'unions']), '');
  });
});
