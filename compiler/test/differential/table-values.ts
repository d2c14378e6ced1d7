import { Builder, ByteBuffer } from 'flatbuffers';
import {
  fieldMembers,
  structMembers,
  type TableFieldMembers,
  tableMembers,
} from '../../src/emit/typescript/tables/member-names.ts';
import type { StructDef, TableDef, TableField, Type, UnionDef } from '../../src/model.ts';
import type { Dynamic } from '../emit/generated.ts';
import type { GeneratedCode } from './generated-code.ts';
import { type Fields, is64Bit, memberType, type UnionValue, type Value } from './value.ts';

const membersByTable = new WeakMap<TableDef, ReturnType<typeof fieldMembers>>();

function membersOf(table: TableDef): ReturnType<typeof fieldMembers> {
  let members = membersByTable.get(table);
  if (members === undefined) membersByTable.set(table, (members = fieldMembers(table)));
  return members;
}

/** Writes a table with the generated classes and the official runtime. */
export function buildTable(code: GeneratedCode, table: TableDef, fields: Fields): Uint8Array {
  const builder = new Builder(64);
  builder.finish(new TableBuilder(code, builder).table(table, fields));
  return builder.asUint8Array();
}

class TableBuilder {
  readonly #code: GeneratedCode;
  readonly #builder: Builder;

  constructor(code: GeneratedCode, builder: Builder) {
    this.#code = code;
    this.#builder = builder;
  }

  /** With `create...` where there is one and nothing is absent that it could not leave out, else field by field. */
  table(table: TableDef, fields: Fields): number {
    const own = tableMembers(table);
    const created: Dynamic = this.#code.class(table);
    const args: Dynamic[] = [];
    const adds: (() => void)[] = [];
    for (const [field, members] of membersOf(table)) {
      const value = fields.get(field.name);
      const additions = this.#additions(created, field, members, value);
      for (const { add, arg } of additions) {
        args.push(arg);
        if (value !== undefined)
          adds.push(() => created[add](this.#builder, typeof arg === 'function' ? arg() : arg));
      }
    }
    const inPlace = args.some((arg) => typeof arg === 'function');
    if (own.create in created && !inPlace) return created[own.create](this.#builder, ...args);
    created[own.start](this.#builder);
    for (const add of adds) add();
    return created[own.end](this.#builder);
  }

  /** What `add...` and `create...` take for a field; a function where a struct has to be written in place. */
  #additions(
    created: Dynamic,
    field: TableField,
    { value: members, codes }: TableFieldMembers,
    value: Value | undefined,
  ): { add: string; arg: Dynamic }[] {
    const { type } = field;
    if (type.kind === 'union') {
      const { member, value: inner } = (value ?? { member: 'NONE', value: 0 }) as UnionValue;
      return [
        { add: codes.add, arg: value === undefined ? 0 : codeOf(type.union, member) },
        {
          add: members.add,
          arg: value === undefined ? 0 : this.#offset(memberType(type.union, member), inner),
        },
      ];
    }
    if (type.kind === 'vector') {
      const items = value as Value[] | undefined;
      const { element } = type;
      const made = items === undefined ? 0 : this.#vector(created, element, members, items);
      if (element.kind !== 'union') return [{ add: members.add, arg: made }];
      const list = items?.map((item) => codeOf(element.union, (item as UnionValue).member));
      const listed = list === undefined ? 0 : created[codes.createVector](this.#builder, list);
      return [
        { add: codes.add, arg: listed },
        { add: members.add, arg: made },
      ];
    }
    if (type.kind === 'scalar' || type.kind === 'enum') {
      const { default: fallback } = field;
      return [
        {
          add: members.add,
          arg: value ?? (fallback.kind === 'value' ? numberFor(type, fallback.value) : null),
        },
      ];
    }
    if (type.kind === 'struct') return [{ add: members.add, arg: () => this.#offset(type, value as Value) }];
    return [{ add: members.add, arg: value === undefined ? 0 : this.#offset(type, value) }];
  }

  /** What stands outside of its table, or a struct where it is to stand. */
  #offset(type: Type, value: Value): number {
    if (type.kind === 'string') return this.#builder.createString(value as string);
    if (type.kind === 'table') return this.table(type.table, value as Fields);
    const { struct } = type as { struct: StructDef };
    return this.#code
      .class(struct)
      [`create${struct.name}`](this.#builder, ...this.#structArguments(struct, value as Fields));
  }

  #vector(
    created: Dynamic,
    element: Type,
    members: TableFieldMembers['value'],
    items: readonly Value[],
  ): number {
    if (element.kind === 'struct') {
      created[members.startVector](this.#builder, items.length);
      for (const item of items.toReversed()) this.#offset(element, item);
      return this.#builder.endVector();
    }
    if (element.kind === 'scalar' || element.kind === 'enum')
      return created[members.createVector](this.#builder, items);
    const offsets = items.map((item) => {
      if (element.kind !== 'union') return this.#offset(element, item);
      const { member, value } = item as UnionValue;
      return this.#offset(memberType(element.union, member), value);
    });
    return created[members.createVector](this.#builder, offsets);
  }

  #structArguments(struct: StructDef, fields: Fields): Dynamic[] {
    return struct.fields.flatMap(({ name, type }) => {
      const value = fields.get(name);
      if (type.kind === 'struct') return this.#structArguments(type.struct, value as Fields);
      if (type.kind !== 'array' || type.element.kind !== 'struct') return [value];
      const { struct: element } = type.element;
      return [(value as Fields[]).map((item) => structObject(element, item))];
    });
  }
}

function structObject(struct: StructDef, fields: Fields): Dynamic {
  const members = structMembers(struct);
  return Object.fromEntries(
    struct.fields.map(({ name, type }) => {
      const value = fields.get(name);
      let shown: Dynamic = value;
      if (type.kind === 'struct') shown = structObject(type.struct, value as Fields);
      else if (type.kind === 'array' && type.element.kind === 'struct') {
        const { struct: element } = type.element;
        shown = (value as Fields[]).map((item) => structObject(element, item));
      }
      return [members.get(name), shown];
    }),
  );
}

function codeOf(union: UnionDef, name: string): number {
  return union.members.find((member) => member.name === name)!.code;
}

function numberFor(type: Type, value: bigint | number | boolean): Dynamic {
  return typeof value === 'bigint' && !is64Bit(type) ? Number(value) : value;
}

/** Reads a table with the generated classes and the official runtime. */
export function readTable(code: GeneratedCode, table: TableDef, bytes: Uint8Array): Fields {
  const accessor = code.class(table)[tableMembers(table).getRoot](new ByteBuffer(bytes));
  return tableFields(code, table, accessor);
}

function tableFields(code: GeneratedCode, table: TableDef, accessor: Dynamic): Fields {
  const fields: Fields = new Map();
  for (const [field, { value: members, codes }] of membersOf(table)) {
    const { type } = field;
    let value: Value | null | undefined;
    if (type.kind === 'union') {
      value = unionValue(code, type.union, accessor[codes.accessor](), (obj) =>
        accessor[members.accessor](obj),
      );
    } else if (type.kind === 'vector') {
      value = vectorValue(code, type.element, accessor, members, codes);
      // An absent vector and an empty one have the same length; only scalars tell them apart.
      if (value.length === 0 && field.default.kind !== 'empty-vector' && !isPresent(accessor, field))
        value = undefined;
    } else value = objectValue(code, type, accessor[members.accessor]());
    if (value !== null && value !== undefined) fields.set(field.name, value);
  }
  return fields;
}

function isPresent(accessor: Dynamic, { slot }: TableField): boolean {
  return accessor.bb.__offset(accessor.bb_pos, 4 + 2 * slot) !== 0;
}

function unionValue(
  code: GeneratedCode,
  union: UnionDef,
  found: number,
  read: (obj: Dynamic) => Dynamic,
): Value | undefined {
  const member = union.members.find((candidate) => candidate.code === found);
  if (member === undefined) return undefined;
  const exports = code.class(union);
  const name = Object.keys(exports).find((candidate) => candidate.startsWith('unionTo'))!;
  return { member: member.name, value: objectValue(code, member.type, exports[name](found, read)) as Value };
}

function vectorValue(
  code: GeneratedCode,
  element: Type,
  accessor: Dynamic,
  members: TableFieldMembers['value'],
  codes: TableFieldMembers['codes'],
): Value[] {
  return Array.from({ length: accessor[members.length]() }, (_, i) => {
    if (element.kind !== 'union') return objectValue(code, element, accessor[members.accessor](i)) as Value;
    const read = (obj: Dynamic): Dynamic => accessor[members.accessor](i, obj);
    return unionValue(code, element.union, accessor[codes.accessor](i), read) as Value;
  });
}

function objectValue(code: GeneratedCode, type: Type, found: Dynamic): Value | null {
  if (found === null) return null;
  if (type.kind === 'table') return tableFields(code, type.table, found);
  return type.kind === 'struct' ? structFields(type.struct, found) : found;
}

function structFields(struct: StructDef, accessor: Dynamic): Fields {
  const members = structMembers(struct);
  return new Map(
    struct.fields.map(({ name, type }) => {
      const read = (...args: number[]): Dynamic => accessor[members.get(name)!](...args);
      if (type.kind === 'struct') return [name, structFields(type.struct, read())];
      if (type.kind !== 'array') return [name, read()];
      const { element } = type;
      const items = Array.from({ length: type.length }, (_, i) => {
        return element.kind === 'struct' ? structFields(element.struct, read(i)) : read(i);
      });
      return [name, items];
    }),
  );
}
