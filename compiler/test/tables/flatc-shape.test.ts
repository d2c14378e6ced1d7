import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { flatcVersion } from '../differential/flatc.ts';
import { classFiles, load, schemaFile } from './classes.ts';

const strict = process.env.PLUGINART_STRICT === '1';
const skip = flatcVersion() === undefined && !strict ? 'NOT COMPARED WITH flatc: it is not installed' : false;
const output = mkdtempSync(join(tmpdir(), 'pluginart-shape-'));
after(() => rmSync(output, { recursive: true, force: true }));

/**
 * What flatc 25 names otherwise than 2.0.8, with which it is compared here: a capital after a digit begins a
 * word of a file's name.
 */
const renamedSince: Readonly<Record<string, string>> = { 'vec3d.ts': 'vec3-d.ts' };

/** The names of a class's methods, overloads once, statics with that word. */
function methodsOf(source: string): string[] {
  const names = source.matchAll(/^ {0,2}(static )?([A-Za-z_]\w*)(?:<[^>]*>)?\(/gm);
  return [...new Set([...names].map(([, isStatic, name]) => `${isStatic ?? ''}${name}`))].sort();
}

test('files and methods are called as flatc calls them', { skip }, () => {
  const file = schemaFile('shape');
  const { status, stderr, stdout } = spawnSync('flatc', ['--ts', '-o', output, file], { encoding: 'utf8' });
  assert.equal(status, 0, stdout + stderr);
  const ours = new Map(classFiles(load(file)).map(({ path, text }) => [path, text]));
  const theirs = globSync('**/*.ts', { cwd: output }).filter((path) => !path.endsWith('_generated.ts'));
  const renamed = theirs.map((path) => path.replace(/[^/]+$/, (name) => renamedSince[name] ?? name));
  assert.deepEqual([...ours.keys()].sort(), renamed.sort());
  for (const path of theirs) {
    const name = path.replace(/[^/]+$/, (last) => renamedSince[last] ?? last);
    const source = ours.get(name)!;
    if (!source.includes('export class')) continue;
    assert.deepEqual(methodsOf(source), methodsOf(readFileSync(join(output, path), 'utf8')), path);
  }
});
