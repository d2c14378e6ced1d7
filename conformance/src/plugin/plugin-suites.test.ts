import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fits } from '../matrix/cell.ts';
import { pluginSuites } from './plugin-suites.ts';

const guide = new URL('../../../docs/protocol.md', import.meta.url);
const echo = new URL('../../../examples/schema/echo.fbs', import.meta.url);

test('the steps of docs/protocol.md name cases, and leave none out', () => {
  const patterns = readFileSync(guide, 'utf8')
    .split('\n')
    .filter((line) => /^\| \d \|/.test(line))
    .map((line) => [...line.matchAll(/`'([^']+)'`/g)].map(([, pattern]) => pattern!));
  assert.equal(patterns.length, 6);
  const contractHash = `sha256:${createHash('sha256').update(readFileSync(echo)).digest('hex')}`;
  const names = pluginSuites(contractHash).flatMap(({ suite, cases }) =>
    cases.map(({ name }) => `${suite}/${name}`),
  );
  for (const pattern of patterns.flat())
    assert.ok(
      names.some((name) => fits(name, pattern)),
      `no case is called ${pattern}`,
    );
  assert.deepEqual(
    names.filter((name) => !patterns.flat().some((pattern) => fits(name, pattern))),
    [],
  );
});
