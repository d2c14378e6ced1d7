/** Input that no person writes: diagnostics, in time, and never an exception. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatDiagnostic } from '../../src/diagnostics/format.ts';
import { errorsIn, loadText, schemaOf } from './load-text.ts';

const million = 1_000_000;
const units = [
  '[',
  '{',
  '(',
  'table T {',
  '/*',
  '"',
  '@',
  ';',
  'a',
  '1',
  '-',
  'a.',
  'a:',
  "'\\",
  '}',
  '\0',
  '\n',
  '/// x\n',
  ',',
];
const heads = [
  'table T { x: ',
  'table T { x: double = sin(',
  'enum E : byte { ',
  'namespace a',
  'rpc_service S { ',
];

function assertRejected(text: string): void {
  const { schema, diagnostics } = loadText(text);
  assert.equal(schema, undefined);
  assert.ok(diagnostics.length > 0 && diagnostics.length <= 1001);
  for (const diagnostic of diagnostics) {
    assert.ok(formatDiagnostic(diagnostic, { color: true }).length < 1000, 'a message is short');
  }
}

for (const head of heads) {
  test(`much of anything after ${JSON.stringify(head)}`, () => {
    for (const unit of units) assertRejected(head + unit.repeat(20_000));
  });
}

describe('a megabyte', () => {
  for (const unit of units) {
    test(`of ${JSON.stringify(unit)}`, () => assertRejected(unit.repeat(million / unit.length)));
  }

  test('of nested calls', () => {
    const [first] = errorsIn(
      `table T { x: double = ${'sin('.repeat(million / 4)}1${')'.repeat(million / 4)}; }`,
    );
    assert.match(first ?? '', /at most 64 calls within each other/);
  });

  test('of digits', () => {
    assert.match(errorsIn(`table T { x: int = ${'9'.repeat(million)}; }`)[0] ?? '', /does not fit int32/);
    assert.match(errorsIn(`enum E : byte { A = 0x${'f'.repeat(million)} }`)[0] ?? '', /does not fit int8/);
  });

  test('of structs, each within the next', () => {
    let text = 'struct S0 { x: ubyte; }\n';
    for (let i = 1; i < 20_000; i += 1) text += `struct S${i} { s: S${i - 1}; }\n`;
    assert.equal(schemaOf(text).structs.length, 20_000);
  });
});

test('bytes that are not UTF-8 are reported where they are', () => {
  const bytes = Buffer.concat([
    Buffer.from('table A {}\n// é \ufffd '),
    Buffer.of(0xff, 0xc0),
    Buffer.from('\ntable B { x: int }'),
  ]);
  assert.deepEqual(errorsIn({ 'main.fbs': bytes }), [
    '2:8 these bytes are not valid UTF-8 | save the file as UTF-8',
    '3:17 expected `;` after the field `x`',
  ]);
  const half = Buffer.concat([Buffer.from('table A {}\nfile_extension "'), Buffer.of(0xe2, 0x82)]);
  assert.match(errorsIn({ 'main.fbs': half })[1] ?? '', /^2:17 these bytes/);
  const late = Buffer.concat([Buffer.from(`//${'\ufffd'.repeat(300_000)}`), Buffer.of(0x80)]);
  assert.match(errorsIn({ 'main.fbs': late })[0] ?? '', /^1:300003 these bytes/);
});

test('a byte order mark is skipped at the start, and nowhere else', () => {
  const schema = schemaOf('\ufefftable A {}');
  assert.deepEqual(schema.tables[0]?.place, { file: 'main.fbs', line: 1, column: 8 });
  assert.deepEqual(errorsIn('table A {}\n\ufeff table B {}'), ['2:1 illegal character U+FEFF']);
});

test('what a schema says cannot steer the terminal', () => {
  const { diagnostics } = loadText('table A { x: B; } // \u001b[2J \u202e\n');
  const [diagnostic] = diagnostics;
  assert.ok(diagnostic !== undefined);
  assert.equal(
    formatDiagnostic(diagnostic, { color: false }),
    'main.fbs:1:14: error: there is no type `B`\n  table A { x: B; } // \ufffd[2J \ufffd\n               ^',
  );
});

test('names that objects have of themselves are names like others', () => {
  const schema = schemaOf(`namespace constructor.__proto__;
    table toString { __proto__: int; constructor: hasOwnProperty; valueOf: string (required); }
    table hasOwnProperty {}
    enum valueOf : byte { constructor, __proto__ }
    union isPrototypeOf { toString, __proto__: hasOwnProperty }
    attribute "__proto__";
    rpc_service S { constructor(toString): toString (__proto__: "x"); __proto__(toString): toString; }`);
  assert.deepEqual(
    schema.contract?.methods.map(({ name }) => name),
    ['constructor', '__proto__'],
  );
  assert.deepEqual(errorsIn('table A { x: toString; y: int (hasOwnProperty); z: double = valueOf(1); }'), [
    '1:14 there is no type `toString` | did you mean `string`?',
    '1:32 there is no attribute `hasOwnProperty` | declare it before its first use: `attribute "hasOwnProperty";`',
    '1:61 there is no function `valueOf` | one of deg, rad, sin, cos, tan, asin, acos, atan',
  ]);
});

test('errors beyond a thousand are counted', () => {
  const { diagnostics } = loadText(`table T {\n${'x: Y;\n'.repeat(1500)}}`);
  assert.equal(diagnostics.length, 1001);
  assert.match(diagnostics.at(-1)?.message ?? '', /^\d+ more errors are not shown$/);
});
