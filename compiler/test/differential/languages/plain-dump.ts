import type { StructDef, TableDef, Type, UnionDef, UnionMember } from '../../../src/model.ts';
import { type Fields, memberType, type UnionValue, type Value } from '../value.ts';

/** A value as a peer prints it: by the names that its language has, numbers as text. */
export type Dump = null | string | Dump[] | { [name: string]: Dump };

/** What a peer has to print; undefined = null or an empty list. */
export type Expected = undefined | null | string | Expected[] | { [name: string]: Expected };

/** How the values of one language look. */
export interface Spelling {
  field(owner: StructDef | TableDef, name: string): string;
  /** What an object tells of its type, besides its fields. */
  typed(definition: StructDef | TableDef): { [name: string]: Expected };
  member(union: UnionDef, member: UnionMember, value: Expected): Expected;
  /** An empty vector whose default that is: nobody can tell whether it was written. */
  readonly emptyByDefault: Expected;
}

/** What a peer has to print of a table, absent fields being null and those with a default that. */
export function dumpTable(spelling: Spelling, table: TableDef, fields: Fields): Expected {
  const entries = table.fields
    .filter((field) => !field.deprecated)
    .map((field): [string, Expected] => {
      const name = spelling.field(table, field.name);
      let value = fields.get(field.name);
      const fallback = field.default;
      if (value === undefined && (fallback.kind === 'value' || fallback.kind === 'string'))
        value = fallback.value;
      if (fallback.kind === 'empty-vector' && (value === undefined || (value as Value[]).length === 0))
        return [name, spelling.emptyByDefault];
      return [name, value === undefined ? null : dump(spelling, field.type, value)];
    });
  return { ...spelling.typed(table), ...Object.fromEntries(entries) };
}

function dump(spelling: Spelling, type: Type, value: Value): Expected {
  switch (type.kind) {
    case 'scalar':
      return /^float/.test(type.scalar) ? bits(value as number) : String(value);
    case 'enum':
    case 'string':
      return String(value);
    case 'struct':
      return dumpStruct(spelling, type.struct, value as Fields);
    case 'table':
      return dumpTable(spelling, type.table, value as Fields);
    case 'union': {
      const { member: name, value: inner } = value as UnionValue;
      const member = type.union.members.find((candidate) => candidate.name === name)!;
      return spelling.member(type.union, member, dump(spelling, memberType(type.union, name), inner));
    }
    default:
      return (value as Value[]).map((element) => dump(spelling, type.element, element));
  }
}

function dumpStruct(spelling: Spelling, struct: StructDef, fields: Fields): Expected {
  const entries = struct.fields.map(({ name, type }) => [
    spelling.field(struct, name),
    dump(spelling, type, fields.get(name)!),
  ]);
  return { ...spelling.typed(struct), ...Object.fromEntries(entries) };
}

/** All bits of a number, so that nothing is rounded; every NaN is one. */
function bits(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16);
}

/** Whether a peer printed what it has to. flatc leaves out a negative zero, as it equals zero. */
export function isExpected(expected: Expected, found: Dump): boolean {
  if (expected === undefined) return found === null || (Array.isArray(found) && found.length === 0);
  if (expected === null || found === null) return expected === found;
  if (typeof expected === 'string') return found === expected || (isZero(expected) && isZero(found));
  if (Array.isArray(expected)) {
    if (!Array.isArray(found) || found.length !== expected.length) return false;
    return expected.every((each, n) => isExpected(each, found[n]!));
  }
  if (typeof found === 'string' || Array.isArray(found)) return false;
  const names = Object.keys(expected);
  if (Object.keys(found).length !== names.length) return false;
  return names.every((name) => name in found && isExpected(expected[name], found[name]!));
}

function isZero(dump: Dump): boolean {
  return dump === '0' || dump === '8000000000000000';
}
