import type { StructDef, TableDef, Type, UnionDef } from '../../src/model.ts';

/**
 * A value as the schema sees it, in no implementation's spelling: fields by their schema names, enums as
 * integers, absent fields left out. Everything that is compared is brought into this form first.
 */
export type Value = boolean | number | bigint | string | Value[] | Fields | UnionValue;

/** A struct or table. A Map, so that a field may be called `__proto__`. */
export type Fields = Map<string, Value>;

export interface UnionValue {
  readonly member: string;
  readonly value: Value;
}

export type DefinedType = Exclude<Type, { kind: 'vector' | 'array' }>;

/** Says where two values differ, as `Root.items[3].name: 1 is not 2`; undefined where they are equal. */
export function difference(
  expected: Value | undefined,
  actual: Value | undefined,
  path: string,
): string | undefined {
  if (expected === undefined || actual === undefined) {
    return expected === actual ? undefined : `${path}: ${show(expected)} is not ${show(actual)}`;
  }
  if (expected instanceof Map && actual instanceof Map) {
    for (const key of new Set([...expected.keys(), ...actual.keys()])) {
      const found = difference(expected.get(key), actual.get(key), `${path}.${key}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (Array.isArray(expected) && Array.isArray(actual)) {
    if (expected.length !== actual.length)
      return `${path}: ${expected.length} elements are not ${actual.length}`;
    for (let i = 0; i < expected.length; i++) {
      const found = difference(expected[i], actual[i], `${path}[${i}]`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (isUnion(expected) && isUnion(actual)) {
    if (expected.member !== actual.member) return `${path}: ${expected.member} is not ${actual.member}`;
    return difference(expected.value, actual.value, `${path}<${expected.member}>`);
  }
  // A negative zero equals the default zero and is then not written, by flatc no more than by us.
  const equal = expected === actual || Object.is(expected, actual);
  return equal ? undefined : `${path}: ${show(expected)} is not ${show(actual)}`;
}

export function isUnion(value: Value): value is UnionValue {
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof Map);
}

/** What a reader sees of a table: with its defaults filled in, without its deprecated fields. */
export function withDefaults(table: TableDef, fields: Fields): Fields {
  const full: Fields = new Map();
  for (const field of table.fields) {
    if (field.deprecated) continue;
    const value = fields.get(field.name);
    if (value !== undefined) full.set(field.name, deep(field.type, value));
    else if (field.default.kind === 'value' || field.default.kind === 'string') {
      full.set(field.name, scalarOf(field.type, field.default.value));
    } else if (field.default.kind === 'empty-vector') full.set(field.name, []);
  }
  return full;
}

function deep(type: Type, value: Value): Value {
  if (type.kind === 'vector') return (value as Value[]).map((element) => deep(type.element, element));
  if (type.kind === 'table') return withDefaults(type.table, value as Fields);
  if (type.kind !== 'union') return value;
  const { member, value: inner } = value as UnionValue;
  return { member, value: deep(memberType(type.union, member), inner) };
}

export function memberType(union: UnionDef, name: string): UnionDef['members'][number]['type'] {
  const member = union.members.find((candidate) => candidate.name === name);
  if (member === undefined) throw new Error(`${union.name} has no member ${name}`);
  return member.type;
}

/** 64-bit integers are bigint, all others numbers. */
export function is64Bit(type: Type): boolean {
  const scalar = type.kind === 'enum' ? type.enum.underlying : type.kind === 'scalar' ? type.scalar : '';
  return scalar === 'int64' || scalar === 'uint64';
}

function scalarOf(type: Type, value: bigint | number | boolean | string): Value {
  if (typeof value === 'bigint' && !is64Bit(type)) return Number(value);
  if (typeof value === 'number' && is64Bit(type)) return BigInt(value);
  return value;
}

export type StructLike = StructDef | TableDef;

function show(value: Value | undefined): string {
  if (typeof value === 'bigint') return `${value}n`;
  if (value instanceof Map) return `{ ${[...value.keys()].join(', ')} }`;
  return Object.is(value, -0) ? '-0' : (JSON.stringify(value)?.slice(0, 80) ?? String(value));
}
