import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { GeneratedFile } from '../../src/emit/generated-file.ts';
import { Random } from '../differential/random.ts';
import { randomSchema } from '../differential/random-schema.ts';
import { makeFolder, root } from '../emit/generated.ts';
import { classFiles, load, schemaFile } from './classes.ts';

const folder = makeFolder();
after(() => folder.remove());

before(() => {
  const files: GeneratedFile[] = [];
  for (const name of ['hostile', 'shape', 'calls'])
    files.push(...classFiles(load(schemaFile(name)), join('classes', name)));
  for (let seed = 1; seed <= 40; seed++) {
    const { text } = randomSchema(new Random(seed));
    files.push(...classFiles(load('random.fbs', text), `classes/random-${seed}`));
  }
  for (const { path, text } of files) {
    mkdirSync(dirname(join(folder.path, path)), { recursive: true });
    writeFileSync(join(folder.path, path), text);
  }
  const usage = readFileSync(new URL('usage/calls.ts.txt', import.meta.url), 'utf8');
  writeFileSync(join(folder.path, 'usage.ts'), usage);
  const { compilerOptions } = JSON.parse(readFileSync(join(root, 'tsconfig.base.json'), 'utf8'));
  const strictest = {
    noUnusedLocals: true,
    noUnusedParameters: true,
    noPropertyAccessFromIndexSignature: true,
  };
  const options = { ...compilerOptions, ...strictest, composite: false, noEmit: true };
  writeFileSync(join(folder.path, 'tsconfig.json'), JSON.stringify({ compilerOptions: options }));
  const { formatter, javascript } = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'));
  writeFileSync(join(folder.path, 'biome.json'), JSON.stringify({ root: true, formatter, javascript }));
});

function run(tool: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(join(root, 'node_modules', '.bin', tool), args, {
    cwd: folder.path,
    encoding: 'utf8',
  });
  return status === 0 ? '' : `${stdout}${stderr}`;
}

describe('table classes, of hostile and of random schemas', () => {
  it('compile under the strict flags, with what people write over them', () => {
    assert.equal(run('tsc', ['-p', 'tsconfig.json', '--pretty', 'false']), '');
  });

  it('are formatted', () => assert.equal(run('biome', ['format', 'classes']), ''));
});
