/** What a schema means once it has been read: layouts, slots, defaults, names. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Schema, StructDef, TableDef } from '../../src/model.ts';
import { errorsIn, schemaOf, warningsIn } from './load-text.ts';

function structNamed({ structs }: Schema, name: string): StructDef {
  return structs.find((struct) => struct.name === name) ?? assert.fail(`no struct ${name}`);
}

function tableNamed({ tables }: Schema, name: string): TableDef {
  return tables.find((table) => table.name === name) ?? assert.fail(`no table ${name}`);
}

describe('structs', () => {
  const schema = schemaOf(`
    enum E : short { A }
    struct Small { a: byte; b: short; }
    struct Mixed { a: byte; b: double; c: byte; s: Small; e: E; f: bool; }
    struct Forced (force_align: 16) { a: int; }
    struct Outer { a: byte; f: Forced; b: byte; }
    struct Arrays { a: byte; v: [int:3]; s: [Small:2]; e: [E:1]; z: byte; }
    struct Wide { a: ubyte; l: [ulong:2]; }`);
  const layout = (name: string) => {
    const { size, alignment, fields } = structNamed(schema, name);
    return [size, alignment, ...fields.map(({ offset }) => offset)];
  };

  test('fields are aligned to their size, structs to their widest field', () => {
    assert.deepEqual(layout('Small'), [4, 2, 0, 2]);
    assert.deepEqual(layout('Mixed'), [32, 8, 0, 8, 16, 18, 22, 24]);
  });

  test('force_align counts for what holds the struct, too', () => {
    assert.deepEqual(layout('Forced'), [16, 16, 0]);
    assert.deepEqual(layout('Outer'), [48, 16, 0, 16, 32]);
  });

  test('arrays are aligned as their elements', () => {
    assert.deepEqual(layout('Arrays'), [28, 4, 0, 4, 16, 24, 26]);
    assert.deepEqual(layout('Wide'), [24, 8, 0, 8]);
  });
});

describe('tables', () => {
  test('slots follow the order of fields, and a union takes two', () => {
    const { tables } = schemaOf('table A {} union U { A } table T { a: int; u: U; b: int; v: [U]; c: int; }');
    assert.deepEqual(
      tables[1]?.fields.map(({ name, slot }) => [name, slot]),
      [
        ['a', 0],
        ['u', 2],
        ['b', 3],
        ['v', 5],
        ['c', 6],
      ],
    );
  });

  test('slots follow ids, and the list is by slot', () => {
    const { tables } = schemaOf(
      'table A {} union U { A } table T { c: int (id: 3); u: U (id: 2); a: int (id: 0, deprecated); }',
    );
    assert.deepEqual(
      tables[1]?.fields.map(({ name, slot, deprecated }) => [name, slot, deprecated]),
      [
        ['a', 0, true],
        ['u', 2, false],
        ['c', 3, false],
      ],
    );
  });

  test('ids that cannot be are all reported', () => {
    assert.deepEqual(
      errorsIn('table T { a: int (id: -1); b: int (id: 40000); c: int (id: 0); d: int (id: 0); }'),
      [
        '1:23 the id of `a` must be from 0 to 32764',
        '1:40 the id of `b` must be from 0 to 32764',
        '1:76 `d` has the id 0, as has `c`',
      ],
    );
    assert.deepEqual(errorsIn('table T { a: int (id: "0"); }'), ['1:23 `id` needs a whole number: `id: 1`']);
  });

  test('a string as key is required; lookups are not generated, which is said', () => {
    const text = 'table T { name: string (key); other: string; }';
    assert.deepEqual(
      tableNamed(schemaOf(text), 'T').fields.map(({ required }) => required),
      [true, false],
    );
    assert.match(warningsIn(text)[0] ?? '', /^1:25 no lookup by key/);
  });
});

describe('defaults', () => {
  const defaultOf = (declaration: string) => {
    const text = `enum Color : ubyte { Red, Green = 5 }
      enum Big : ulong (bit_flags) { A, B = 63 }
      table T { x: ${declaration}; }`;
    const value = tableNamed(schemaOf(text), 'T').fields[0]?.default;
    return value?.kind === 'value' || value?.kind === 'string' ? value.value : value?.kind;
  };

  test('none given: zero for scalars, nothing for the rest', () => {
    assert.equal(defaultOf('bool'), false);
    assert.equal(defaultOf('int'), 0);
    assert.equal(defaultOf('ulong'), 0n);
    assert.equal(defaultOf('double'), 0);
    assert.equal(defaultOf('Color'), 0);
    assert.equal(defaultOf('Big'), 0n);
    assert.equal(defaultOf('string'), 'absent');
    assert.equal(defaultOf('[int]'), 'absent');
    assert.equal(defaultOf('T'), 'absent');
  });

  test('numbers', () => {
    assert.equal(defaultOf('int = -0x10'), -16);
    assert.equal(defaultOf('long = -9223372036854775808'), -(2n ** 63n));
    assert.equal(defaultOf('ulong = "18446744073709551615"'), 2n ** 64n - 1n);
    assert.equal(defaultOf('bool = 1'), true);
    assert.equal(defaultOf('bool = "false"'), false);
    assert.equal(defaultOf('double = 0.1'), 0.1);
    assert.equal(defaultOf('float = 0.1'), Math.fround(0.1));
    assert.equal(defaultOf('float = nan'), Number.NaN);
    assert.equal(defaultOf('double = -inf'), Number.NEGATIVE_INFINITY);
    assert.equal(defaultOf('double = " 2.5 "'), 2.5);
  });

  test('functions, to twelve decimals after each step, as flatc has them', () => {
    assert.equal(defaultOf('double = sin(rad(30))'), 0.5);
    assert.equal(defaultOf('double = rad(90)'), 1.570796326795);
    assert.equal(defaultOf('double = deg( acos( -1.0 ) )'), 180.000000000012);
  });

  test('values of enums', () => {
    for (const text of ['Green', '5', '"Green"', 'Color.Green', '"Color.Green"']) {
      assert.equal(defaultOf(`Color = ${text}`), 5, text);
    }
    assert.equal(defaultOf('Big = "A B"'), 2n ** 63n + 1n);
    assert.equal(defaultOf('Big = 6'), 6n);
    assert.equal(defaultOf('int = Color.Green'), 5);
    assert.equal(defaultOf('Color = null'), 'absent');
  });

  test('strings and vectors', () => {
    assert.equal(defaultOf('string = ""'), '');
    assert.equal(defaultOf('string = "0"'), '0');
    assert.equal(defaultOf('[string] = []'), 'empty-vector');
    assert.equal(defaultOf('int = null'), 'absent');
  });
});

test('enums are sorted by value; of flags the values are masks', () => {
  const { enums } = schemaOf(
    'enum A : byte { Z = 3, Y = -1, X } enum F : ubyte (bit_flags) { P = 2, Q } enum N : int {}',
  );
  assert.deepEqual(
    enums.map(({ name, values }) => [name, ...values.map((value) => `${value.name}=${value.value}`)]),
    [
      ['A', 'Y=-1', 'X=0', 'Z=3'],
      ['F', 'P=4', 'Q=8'],
      ['N', 'NONE=0'],
    ],
  );
});

test('doc comments, attributes and places are kept', () => {
  const schema = schemaOf(`attribute "unit";
/// A table.
///  Indented.
table T (unit: "none") {
  /// A field.
  x: int (unit: 5, deprecated);
}`);
  const table = tableNamed(schema, 'T');
  assert.deepEqual(table.doc, ['A table.', ' Indented.']);
  assert.deepEqual(table.place, { file: 'main.fbs', line: 4, column: 7 });
  assert.deepEqual([...table.attributes], [['unit', 'none']]);
  assert.deepEqual(table.fields[0]?.doc, ['A field.']);
  assert.deepEqual(
    [...(table.fields[0]?.attributes ?? [])],
    [
      ['unit', '5'],
      ['deprecated', undefined],
    ],
  );
});

test('definitions are sorted by namespace, then name', () => {
  const { tables } = schemaOf(
    'namespace b; table B {} table A {} namespace a.c; table Z {} namespace; table Y {}',
  );
  assert.deepEqual(
    tables.map(({ namespace, name }) => [...namespace, name].join('.')),
    ['Y', 'a.c.Z', 'b.A', 'b.B'],
  );
});

test('a name means the innermost type of that name', () => {
  const schema = schemaOf(`namespace a; table X {} table Only {}
    namespace a.b; table X {} table T { x: X; o: Only; y: a.X; z: b.X; }`);
  const types = tableNamed(schema, 'T').fields.map(
    ({ type }) => type.kind === 'table' && type.table.namespace.join('.'),
  );
  assert.deepEqual(types, ['a.b', 'a', 'a', 'a.b']);
});
