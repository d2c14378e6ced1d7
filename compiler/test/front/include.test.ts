import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { loadSchema } from '../../src/load/load-schema.ts';
import { errorsIn, loadText, schemaOf, warningsIn } from './load-text.ts';

describe('included files', () => {
  test('are looked for beside the file that includes them, then in the include paths', () => {
    const files = {
      'main.fbs': 'include "sub/b.fbs"; include "d.fbs"; table A { b: B; c: C; d: D; e: E; }',
      'sub/b.fbs': 'include "c.fbs"; include "e.fbs"; table B { c: C; }',
      'sub/c.fbs': 'table C {}',
      'c.fbs': 'table Wrong {}',
      'first/d.fbs': 'table D {}',
      'second/d.fbs': 'table Wrong {}',
      'second/e.fbs': 'table E {}',
    };
    const schema = schemaOf(files, ['first', 'second']);
    assert.deepEqual(schema.files, ['main.fbs', 'sub/b.fbs', 'sub/c.fbs', 'second/e.fbs', 'first/d.fbs']);
    assert.deepEqual(
      schema.tables.map(({ name }) => name),
      ['A', 'B', 'C', 'D', 'E'],
    );
    assert.deepEqual(errorsIn({ 'main.fbs': 'include "x.fbs"; table A {}' }), [
      '1:9 there is no file `x.fbs` to include | looked for x.fbs; name more folders with -I',
    ]);
  });

  test('are read once, however often and in whatever way they are named', () => {
    const files = {
      'main.fbs':
        'include "b.fbs"; include "./b.fbs"; include "sub/../b.fbs"; include "copy/b.fbs"; table A { b: B; }',
      'b.fbs': 'include "main.fbs"; include "b.fbs"; table B { a: A; }',
      'copy/b.fbs': 'include "main.fbs"; include "b.fbs"; table B { a: A; }',
    };
    assert.deepEqual(schemaOf(files).files, ['main.fbs', 'b.fbs']);
  });

  test('begin in the global namespace, and keep their own to themselves', () => {
    const schema = schemaOf({
      'main.fbs': 'include "b.fbs"; table A { b: n.B; }',
      'b.fbs': 'namespace n; table B {}',
    });
    assert.deepEqual(
      schema.tables.map(({ namespace }) => namespace),
      [[], ['n']],
    );
  });

  test('come before the file that includes them: their enums are known there, and not the other way round', () => {
    const files = {
      'main.fbs': 'include "b.fbs"; enum E : byte { V } table A { e: E = V; f: F = W; }',
      'b.fbs': 'include "main.fbs"; enum F : byte { W } table B { a: A; }',
    };
    assert.ok(schemaOf(files));
    const circular = { ...files, 'b.fbs': 'include "main.fbs"; enum F : byte { W } table B { e: E; }' };
    assert.match(errorsIn(circular)[0] ?? '', /^b.fbs:1:54 the enum `E` is used before it is defined/);
  });

  test('have a root type and an identifier of their own, which mean nothing here', () => {
    const schema = schemaOf({
      'main.fbs': 'include "b.fbs"; table A {}',
      'b.fbs': 'table B {} root_type B; file_identifier "BBBB"; file_extension "b";',
    });
    assert.deepEqual(
      [schema.rootType, schema.fileIdentifier, schema.fileExtension],
      [undefined, undefined, undefined],
    );
  });

  test('do not count in the contract hash, which is said where there are methods', () => {
    const files = {
      'main.fbs': 'include "b.fbs"; namespace n; rpc_service S { M(B): B; }',
      'b.fbs': 'namespace n; table B {}',
    };
    assert.match(warningsIn(files)[0] ?? '', /^1:9 the contract hash covers this file alone/);
    assert.deepEqual(warningsIn({ ...files, 'main.fbs': 'include "b.fbs"; table A {}' }), []);
  });

  test('may be nested deeply', () => {
    const files: Record<string, string> = { 'main.fbs': 'include "0.fbs"; table A {}' };
    for (let i = 0; i < 5000; i += 1)
      files[`${i}.fbs`] = `include "${i + 1}.fbs"; table T${i} { t: T${i + 1}; }`;
    files['5000.fbs'] = 'table T5000 {}';
    assert.equal(schemaOf(files).tables.length, 5002);
  });
});

describe('files that cannot be read', () => {
  test('are errors without a line', () => {
    const { schema, diagnostics } = loadText({ 'other.fbs': '' });
    assert.equal(schema, undefined);
    assert.deepEqual(diagnostics, [
      {
        severity: 'error',
        place: { file: 'main.fbs', line: 1, column: 1 },
        length: 1,
        message: 'cannot read the schema: there is no such file',
        sourceLine: '',
      },
    ]);
  });

  test('on a real disk: a folder, a file that is missing, and one that is there', () => {
    const folder = mkdtempSync(join(tmpdir(), 'pluginart-load-'));
    try {
      mkdirSync(join(folder, 'sub.fbs'));
      writeFileSync(
        join(folder, 'a.fbs'),
        'include "sub.fbs"; include "none.fbs"; include "b.fbs"; table A { b: B; }',
      );
      writeFileSync(join(folder, 'b.fbs'), 'table B {}');
      const { diagnostics } = loadSchema(join(folder, 'a.fbs'));
      assert.equal(diagnostics.length, 2);
      assert.match(diagnostics[0]?.message ?? '', /^cannot read `.*sub\.fbs`: EISDIR/);
      assert.match(diagnostics[1]?.message ?? '', /^there is no file `none\.fbs` to include/);
      assert.equal(loadSchema(join(folder, 'nothing.fbs')).schema, undefined);
      assert.ok(loadSchema(join(folder, 'b.fbs')).schema);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
