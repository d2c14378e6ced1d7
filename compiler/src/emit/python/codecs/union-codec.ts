import type { UnionDef, UnionMember } from '../../../model.ts';
import type { PythonNames } from '../names.ts';
import { printNestedCall } from '../print-nested-call.ts';
import type { PythonFile } from '../source-file.ts';
import { plainType } from '../value-types.ts';
import { printFunction } from './print-function.ts';
import { structForm } from './struct-codec.ts';

/** Prints the function that tells the type code of a union's value. */
export function printUnionCodes(file: PythonFile, union: UnionDef, names: PythonNames): void {
  const { body } = file;
  const constant = `_${names.snake(union).toUpperCase()}_CODES`;
  const types = union.members.map((member) => memberType(file, union, member, names));
  file.constants(true);
  body.line(`${constant}: dict[type, int] = {`);
  body.indented(() => {
    for (const [n, { code }] of union.members.entries()) body.line(`${types[n]}: ${code},`);
  });
  body.line('}');
  const expected = union.members.map(({ name }, n) => types[n]!.split('.').at(-1) ?? name).join(', ');
  printFunction(file, `_code_of_${names.snake(union)}`, ['value: object'], 'int', () => {
    body.line(`code = ${constant}.get(type(value))`);
    body.line('if code is None:');
    body.indented(() => {
      const raised = `raise ${file.codec('wrong_member')}`;
      const found = [`"${union.name}"`, `"${expected}"`, 'value'].join(', ');
      printNestedCall(body, `${raised}(${found})`);
    });
    body.line('return code');
  });
}

/** Prints the functions that write a union's value and read one. */
export function printUnionCodec(file: PythonFile, union: UnionDef, names: PythonNames): void {
  const { body } = file;
  const snake = names.snake(union);
  const value = file.sibling('values', names.value(union));
  const reader = file.codec('Reader');
  printFunction(
    file,
    `_write_${snake}`,
    ['out: bytearray', `vtables: ${file.codec('Vtables')}`, `value: ${value}`, 'depth: int'],
    'int',
    () => {
      for (const member of union.members) {
        body.line(`if type(value) is ${memberType(file, union, member, names)}:`);
        body.indented(() => body.line(`return ${write(file, union, member, names)}`));
      }
      // It raises, as the value is none of them.
      body.line(`return _code_of_${snake}(value)`);
    },
  );
  printFunction(
    file,
    `_read_${snake}`,
    [`reader: ${reader}`, 'code: int', 'slot: int', 'offset: int', 'depth: int'],
    value,
    () => {
      for (const member of union.members) {
        body.line(`if code == ${member.code}:`);
        body.indented(() => body.line(`return ${read(file, union, member, names)}`));
      }
      body.line(`return reader.unknown_member("${union.name}", code, slot)`);
    },
  );
  printFunction(
    file,
    `_read_all_${snake}`,
    [
      `reader: ${reader}`,
      'field: str',
      'codes_slot: int',
      'codes_offset: int | None',
      'slot: int',
      'offset: int',
      'depth: int',
    ],
    `list[${value}]`,
    () => {
      body.line('first, offsets = reader.references(slot, offset)');
      body.line('codes = reader.union_codes(field, codes_slot, codes_offset, len(offsets))');
      body.list(
        'return [',
        [
          `_read_${snake}(reader, code, first + 4 * n, each, depth)` +
            '\nfor n, (code, each) in enumerate(zip(codes, offsets, strict=True))',
        ],
        ']',
        { trailing: '' },
      );
    },
  );
}

function memberType(file: PythonFile, union: UnionDef, member: UnionMember, names: PythonNames): string {
  const wrapper = names.wrapper(union, member);
  if (wrapper !== undefined) return file.sibling('values', wrapper);
  const type = plainType(member.type, names);
  return type === 'str' ? 'str' : file.sibling('values', type);
}

function write(file: PythonFile, union: UnionDef, member: UnionMember, names: PythonNames): string {
  const value = names.wrapper(union, member) === undefined ? 'value' : 'value.value';
  const { type } = member;
  switch (type.kind) {
    case 'string':
      return `${file.codec('write_string')}(out, ${value})`;
    case 'table':
      return `write_${names.snake(type.table)}(out, vtables, ${value}, depth)`;
    case 'struct': {
      const packed = `_pack_${names.snake(type.struct)}(${value})`;
      return `${file.codec('write_struct')}(out, ${packed}, ${type.struct.alignment})`;
    }
  }
}

function read(file: PythonFile, union: UnionDef, member: UnionMember, names: PythonNames): string {
  const value = readValue(member, names);
  const wrapper = names.wrapper(union, member);
  return wrapper === undefined ? value : `${file.sibling('values', wrapper)}(${value})`;
}

function readValue({ type }: UnionMember, names: PythonNames): string {
  switch (type.kind) {
    case 'string':
      return 'reader.string(slot, offset)';
    case 'table':
      return `read_${names.snake(type.table)}(reader, reader.follow(slot, offset), depth)`;
    case 'struct':
      return `_load_${names.snake(type.struct)}(reader.struct(slot, offset, ${structForm(type.struct, names)}), 0)`;
  }
}
