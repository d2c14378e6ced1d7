import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorsIn } from './load-text.ts';

const dozen = `namespace a.b
include "nope.fbs";
tabel Foo { a: int; b: Strin; }
enum Color { Red }
enum Kind : float { A }
table Bar {
  x: int = 5000000000;
  y: string (requird);
  z: [[int]];
  w: [int:3];
  q int;
  c: Color = Blue
  d: bool = maybe;
}
struct S { s: string; }
union U { Foo, Missing }
rpc_service X { M(Foo): U; }
"unterminated
table Last { a: Foo; a: Bar; }
`;

test('a file with twenty mistakes has all of them reported, each once and in its place', () => {
  assert.deepEqual(errorsIn(dozen), [
    '1:14 expected `;` after `namespace`',
    '2:9 includes must come before all declarations | move it up',
    '2:9 there is no file `nope.fbs` to include | looked for nope.fbs; name more folders with -I',
    '3:1 `tabel` begins no declaration | did you mean `table`?',
    '3:24 there is no type `Strin` | did you mean `string`?',
    '4:6 the enum `Color` has no underlying type | name its underlying type: `enum Color : byte`',
    '5:13 the underlying type of an enum must be an integer, not `float` | one of byte, ubyte, short, ushort, int, uint, long, ulong',
    '7:12 the default does not fit int32: from -2147483648 to 2147483647',
    '8:14 there is no attribute `requird` | did you mean `required`?',
    '9:7 a vector of vectors is not supported | wrap the inner vector in a table',
    '10:6 a fixed array can only be in a struct | use a vector, `[int]`, or wrap the array in a struct',
    '11:5 expected `:` after the field `q`, found `int`',
    '12:14 `Color` has no value `Blue` | one of Red',
    '12:18 expected `;` after the field `c`',
    '13:13 the default of a bool must be `true` or `false`',
    '15:15 a struct cannot hold a string | structs hold scalars, enums, other structs and arrays of these; make it a table',
    '16:16 there is no type `Missing`',
    '17:25 a method takes and gives tables, and this is the union `U` | put it into a table',
    '18:1 this string is never closed | close it with " on the same line',
    '19:22 the field `a` is already in `Last`',
  ]);
});

test('after a mistake the rest of a list is read', () => {
  assert.deepEqual(
    errorsIn(`
enum E : byte { A = x, B = 1.5, C D; E (attribute), F }
union U { T: [int], : T, T, X: T }
table T { 1: int; a: ; b: int = ; c: [int; d: int (; e: E = G; }
namespace n;
rpc_service S { M(T) T; N(): T; O(T): T }
`).map((error) => error.split(' | ')[0]),
    [
      '2:21 expected a whole number, found `x`',
      '2:28 expected a whole number, found the number 1.5',
      '2:34 expected `,` or `}`',
      '2:36 expected `,` or `}`, found `;`',
      '2:40 expected `,` or `}`, found `(`',
      '3:14 expected a table, a struct, or `string`, found `[`',
      '3:21 expected a table, an alias, or `}`, found `:`',
      '4:11 expected the name of a field, or `}`, found the number 1',
      '4:22 expected a type, found `;`',
      '4:33 expected a default for `b`, found `;`',
      '4:42 expected `]` after `int`, found `;`',
      '4:52 expected the name of an attribute, found `;`',
      '4:61 `E` has no value `G`',
      "6:22 expected `:` and the response's table, found `T`",
      "6:27 expected the request's table, found `)`",
      '6:40 expected `;` after the method `O`',
    ],
  );
});

test('a brace that is missing is reported where it was opened', () => {
  assert.deepEqual(
    errorsIn('table A { x: int;\ntable B { y: int; }\nenum E : byte { A,\nstruct S { x: int; }\ntable C {'),
    [
      '1:9 the `{` of table `A` is never closed | a `}` is missing before `table` on line 2',
      '3:15 the `{` of enum `E` is never closed | a `}` is missing before `struct` on line 4',
      '5:9 the `{` of table `C` is never closed | a `}` is missing before the end of the file',
    ],
  );
});

test('errors of included files come with their own file, after those of the root', () => {
  assert.deepEqual(
    errorsIn({ 'main.fbs': 'include "b.fbs"; table A { x: Y; }', 'b.fbs': 'table B { z: Z; }' }),
    ['1:31 there is no type `Y`', 'b.fbs:1:14 there is no type `Z`'],
  );
});

test('a mistake does not make others out of nothing', () => {
  assert.deepEqual(errorsIn('table A { x: int }\ntable B { a: A; u: U; }'), [
    '1:17 expected `;` after the field `x`',
    '2:20 there is no type `U`',
  ]);
  assert.deepEqual(errorsIn('table A { x: Nope (id: 1); y: int (id: 0); z: int (id: 2); }'), [
    '1:14 there is no type `Nope`',
  ]);
});
