import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { generatePythonBindings, loadSchema } from '../../src/index.ts';
import { flatcVersion } from '../differential/flatc.ts';

const strict = process.env.PLUGINART_STRICT === '1';
const skip = flatcVersion() === undefined && !strict ? 'NOT COMPARED WITH flatc: it is not installed' : false;
const output = mkdtempSync(join(tmpdir(), 'pluginart-shape-'));
after(() => rmSync(output, { recursive: true, force: true }));

/** Module, name and number of parameters of every function and method; what parameters are called is left out. */
function functionsOf(path: string, source: string): string[] {
  const heads = source.matchAll(/^( *)def (\w+)\(([^)]*)\)/gm);
  return [...heads].map(([, indent, name, parameters]) => {
    const count = parameters!.split(/,(?![^[]*\])/).filter((parameter) => parameter.trim() !== '').length;
    return `${basename(path)} ${indent === '' ? '' : 'method '}${name}/${count}`;
  });
}

/** Constants of enums and unions. */
function constantsOf(path: string, source: string): string[] {
  return [...source.matchAll(/^ {4}(\w+) = (-?\d+)$/gm)].map(
    ([, name, value]) => `${basename(path)} ${name}=${value}`,
  );
}

/** flatc 25 names these so; 2.0.8, with which it is compared here, keeps the schema's spelling. */
const renamedSince = (text: string): string => text.replaceAll('_', '');

test('the table code has every function that flatc generates', { skip }, () => {
  const file = fileURLToPath(new URL('../go/schemas/shape.fbs', import.meta.url));
  const { status, stderr, stdout } = spawnSync('flatc', ['--python', '-o', output, file], {
    encoding: 'utf8',
  });
  assert.equal(status, 0, stdout + stderr);
  const { schema } = loadSchema(file);
  const facts = (path: string, text: string): string[] =>
    [...functionsOf(path, text), ...constantsOf(path, text)].map(renamedSince);
  const ours = new Set(
    generatePythonBindings(schema!, { target: 'host', version: '0.0.0' })
      .filter(({ path }) => path.includes('/'))
      .flatMap(({ path, text }) => facts(path, text)),
  );
  const theirs = globSync('**/*.py', { cwd: output }).flatMap((path) =>
    facts(path, readFileSync(join(output, path), 'utf8')),
  );
  assert.ok(theirs.length > 150, `${theirs.length}`);
  assert.deepEqual(
    theirs.filter((name) => !ours.has(name)),
    [],
  );
});
