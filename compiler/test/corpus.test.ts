/**
 * Schemas of our own, right ones in `accept/` and wrong ones in `reject/`, through our compiler and through
 * flatc 2.0.8. Where the two do not agree, `differences.json` says why; one that agrees after all fails too.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { formatDiagnostic } from '../src/diagnostics/format.ts';
import { loadSchema } from '../src/load/load-schema.ts';
import type { Schema, TableField } from '../src/model.ts';
import { flatcVersion } from './differential/flatc.ts';
import { integer, layoutsInCpp } from './front/cpp-layouts.ts';

const corpus = join(import.meta.dirname, 'corpus');
const verdicts = ['accept', 'reject'] as const;
const cases = verdicts.flatMap((verdict) =>
  readdirSync(join(corpus, verdict)).map((file) => ({
    verdict,
    name: `${verdict}/${file}`,
    path: join(corpus, verdict, file),
  })),
);
const differences: Record<string, string> = JSON.parse(
  readFileSync(join(corpus, 'differences.json'), 'utf8'),
);

test('the corpus is large, and nearly half of it or more is wrong', () => {
  const wrong = cases.filter(({ verdict }) => verdict === 'reject').length;
  assert.ok(cases.length >= 60, `${cases.length} schemas`);
  assert.ok(wrong >= 0.4 * cases.length, `${wrong} wrong ones of ${cases.length}`);
});

describe('our compiler', () => {
  for (const { verdict, name, path } of cases) {
    test(name, () => {
      const { schema, diagnostics } = loadSchema(path);
      const shown = diagnostics
        .map((diagnostic) => formatDiagnostic(diagnostic, { color: false }))
        .join('\n');
      if (verdict === 'accept') {
        assert.ok(schema !== undefined, shown);
        return;
      }
      assert.equal(schema, undefined, 'the schema was accepted');
      const [wrong, message] = readFileSync(path, 'utf8').split('\n');
      assert.match(wrong ?? '', /^\/\/ wrong: ./, 'the first line says what is wrong');
      assert.match(message ?? '', /^\/\/ message: ./, 'the second line says what the message contains');
      const fragment = message?.replace('// message: ', '') ?? '';
      assert.ok(shown.includes(fragment), `expected ${JSON.stringify(fragment)} in:\n${shown}`);
    });
  }
});

const version = flatcVersion();
const isOracle = version?.includes('2.0.8') === true;
if (!isOracle && process.env.PLUGINART_STRICT !== '1') {
  console.error(`SKIPPED: the corpus was not compared with flatc 2.0.8 (found: ${version ?? 'no flatc'}).`);
}

describe('flatc 2.0.8', { skip: !isOracle && process.env.PLUGINART_STRICT !== '1' }, () => {
  const out = mkdtempSync(join(tmpdir(), 'pluginart-corpus-'));
  after(() => rmSync(out, { recursive: true, force: true }));

  test('is installed', () => assert.ok(isOracle, `found: ${version ?? 'no flatc'}`));

  test('every difference that is listed is of a schema in the corpus', () => {
    const names = new Set(cases.map(({ name }) => name));
    assert.deepEqual(
      Object.keys(differences).filter((name) => !names.has(name)),
      [],
    );
  });

  for (const { verdict, name, path } of cases) {
    test(name, () => {
      const { status, stdout, stderr } = spawnSync('flatc', ['--binary', '--schema', '-o', out, path], {
        encoding: 'utf8',
      });
      const agrees = (status === 0) === (verdict === 'accept');
      const reason = differences[name];
      if (reason === undefined) assert.ok(agrees, `flatc does not agree:\n${stdout}${stderr}`);
      else assert.ok(!agrees, `flatc agrees; take this out of differences.json: ${reason}`);
    });
  }

  // Of the words C++ has keywords among, and renames them.
  const renamed = 'accept/words-as-names.fbs';
  const agreed = cases.filter(
    ({ verdict, name }) => verdict === 'accept' && differences[name] === undefined && name !== renamed,
  );
  for (const { name, path } of agreed) {
    test(`layout of ${name}`, () => {
      const { schema } = loadSchema(path);
      assert.ok(schema !== undefined);
      execFileSync('flatc', ['--cpp', '--gen-all', '-o', out, path], { stdio: 'pipe' });
      const cpp = readFileSync(join(out, `${basename(path, '.fbs')}_generated.h`), 'utf8');
      const { structs, tables, defaults, enums } = layoutsInCpp(cpp);
      assert.deepEqual(ourStructs(schema), structs);
      assert.deepEqual(ourTables(schema), tables);
      assertSameEnums(schema, enums);
      for (const table of schema.tables) {
        for (const field of table.fields)
          assertSameDefault(field, defaults[table.name]?.[field.name.toUpperCase()]);
      }
    });
  }
});

function ourStructs({ structs }: Schema): Record<string, [size: number, alignment: number]> {
  return Object.fromEntries(structs.map(({ name, size, alignment }) => [name, [size, alignment]]));
}

/** Of each table with fields its vtable offsets by field, deprecated ones left out, type codes of unions included. */
function ourTables({ tables }: Schema): Record<string, Record<string, number>> {
  const own = tables.filter(({ synthetic }) => !synthetic);
  const entries = own.map(({ name, fields }) => [name, Object.fromEntries(fields.flatMap(slots))] as const);
  return Object.fromEntries(entries.filter(([, fields]) => Object.keys(fields).length > 0));
}

function slots({ name, type, slot, deprecated }: TableField): [string, number][] {
  if (deprecated) return [];
  const isUnion = type.kind === 'union' || (type.kind === 'vector' && type.element.kind === 'union');
  const own: [string, number] = [name.toUpperCase(), 4 + 2 * slot];
  return isUnion ? [[`${name}_TYPE`.toUpperCase(), 2 + 2 * slot], own] : [own];
}

function assertSameEnums({ enums, unions }: Schema, cpp: Record<string, bigint>): void {
  for (const { name, values } of enums) {
    for (const value of values) assert.equal(cpp[`${name}_${value.name}`], value.value, value.name);
  }
  for (const { name, members, synthetic } of unions) {
    if (synthetic) continue;
    for (const { name: member, code } of members) {
      // Of `a.b.Member` flatc makes `a_b_Member`.
      const found = Object.keys(cpp).find((key) => key.startsWith(`${name}_`) && key.endsWith(`_${member}`));
      assert.equal(cpp[found ?? ''], BigInt(code), member);
    }
  }
}

/** @param literal what stands in C++; undefined for deprecated fields, and where absence is told */
function assertSameDefault(field: TableField, literal: string | undefined): void {
  if (literal === undefined || literal.includes('0x')) return;
  assert.equal(field.default.kind, 'value', `${field.name} is ${literal} for flatc`);
  assert.ok(field.default.kind === 'value');
  const { value } = field.default;
  if (typeof value === 'bigint' || !isFloat(field)) {
    assert.equal(BigInt(value), integer(literal), field.name);
    return;
  }
  const expected = literal
    .replace(/^-?std::numeric_limits<\w+>::quiet_NaN\(\)?$/, 'NaN')
    .replace(/std::numeric_limits<\w+>::infinity\(\)?$/, 'Infinity')
    .replace(/f$/, '');
  assert.equal(value, isFloat32(field) ? Math.fround(Number(expected)) : Number(expected), field.name);
}

function isFloat({ type }: TableField): boolean {
  return type.kind === 'scalar' && type.scalar.startsWith('float');
}

function isFloat32({ type }: TableField): boolean {
  return type.kind === 'scalar' && type.scalar === 'float32';
}
