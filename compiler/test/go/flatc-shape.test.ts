import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { generateGoBindings, loadSchema } from '../../src/index.ts';
import { flatcVersion } from '../differential/flatc.ts';

const strict = process.env.PLUGINART_STRICT === '1';
const skip = flatcVersion() === undefined && !strict ? 'NOT COMPARED WITH flatc: it is not installed' : false;
const output = mkdtempSync(join(tmpdir(), 'pluginart-shape-'));
after(() => rmSync(output, { recursive: true, force: true }));

/** Receiver, name, types of parameters and result of every function; what parameters are called is left out. */
function functionsOf(source: string): string[] {
  const heads = source.matchAll(/^func (?:\(\w+ (\*?\w+)\) )?(\w+)\(([^)]*)\) ?([^{]*)\{/gm);
  return [...heads].map(([, receiver = '', name, parameters, result]) => {
    const types = parameters!
      .split(',')
      .map((parameter) => parameter.trim().split(' ').at(-1))
      .filter(Boolean);
    return `${receiver}.${name}(${types.join(', ')}) ${result!.trim()}`;
  });
}

/** flatc 25 names these so; 2.0.8, with which it is compared here, keeps the schema's spelling. */
const renamedSince = (text: string): string => text.replaceAll('_', '');

test('the table code has every function that flatc generates, mutators aside', { skip }, () => {
  const file = fileURLToPath(new URL('schemas/shape.fbs', import.meta.url));
  const { status, stderr, stdout } = spawnSync('flatc', ['--go', '-o', output, file], { encoding: 'utf8' });
  assert.equal(status, 0, stdout + stderr);
  const { schema } = loadSchema(file);
  const ours = new Set(
    generateGoBindings(schema!, { target: 'host', version: '0.0.0' })
      .flatMap(({ text }) => functionsOf(text))
      .map(renamedSince),
  );
  const theirs = globSync('**/*.go', { cwd: output })
    .flatMap((path) => functionsOf(readFileSync(join(output, path), 'utf8')))
    .filter((name) => !/\.Mutate\w+\(/.test(name))
    .map(renamedSince);
  assert.ok(theirs.length > 150, `${theirs.length}`);
  assert.deepEqual(
    theirs.filter((name) => !ours.has(name)),
    [],
  );
});
