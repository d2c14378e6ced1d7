import type { EnumDef, StructDef, TableDef, Type, UnionDef } from '../../../model.ts';
import { stringLiteral } from '../../../printer/index.ts';
import type { ValueNames } from '../names.ts';
import { is64Bit, isBytes, valueFields } from '../value-types.ts';

/** Longer arrays are built by an expression instead of written out. */
const LONGEST_LITERAL = 8;

/**
 * The text of a TypeScript expression for the smallest value of a type that may be passed: required fields only.
 * Undefined where there is none, because a table requires itself.
 */
function sampleValue(type: Type, names: ValueNames, within: readonly TableDef[] = []): string | undefined {
  switch (type.kind) {
    case 'scalar':
      if (type.scalar === 'bool') return 'false';
      return is64Bit(type.scalar) ? '0n' : '0';
    case 'string':
      return "''";
    case 'enum':
      return sampleEnum(type.enum);
    case 'vector':
      return isBytes(type.element) ? 'new Uint8Array()' : '[]';
    case 'array':
      return sampleArray(type, names);
    case 'struct':
      return sampleStruct(type.struct, names);
    case 'table':
      return sampleTable(type.table, names, within);
    case 'union':
      return sampleUnion(type.union, names, within);
  }
}

/** The fields that must be passed, each with a value: `name: ''`. */
export function requiredFields(
  table: TableDef,
  names: ValueNames,
  within: readonly TableDef[],
  given: ReadonlyMap<string, string> = new Map(),
): string[] | undefined {
  const texts: string[] = [];
  for (const field of valueFields(table)) {
    const value =
      given.get(field.name) ?? (field.required ? sampleValue(field.type, names, within) : 'left out');
    if (value === undefined) return undefined;
    if (value !== 'left out') texts.push(`${names.property(table, field.name)}: ${value}`);
  }
  return texts;
}

function sampleEnum(definition: EnumDef): string {
  const suffix = is64Bit(definition.underlying) ? 'n' : '';
  const first = definition.values[0];
  return first === undefined ? `0${suffix}` : `${first.value}${suffix} /* ${first.name} */`;
}

function sampleArray(type: Extract<Type, { kind: 'array' }>, names: ValueNames): string | undefined {
  if (isBytes(type.element)) return `new Uint8Array(${type.length})`;
  const element = sampleValue(type.element, names);
  if (element === undefined) return undefined;
  if (type.length <= LONGEST_LITERAL) return `[${Array(type.length).fill(element).join(', ')}]`;
  const returned = type.element.kind === 'struct' ? `(${element})` : element;
  return `Array.from({ length: ${type.length} }, () => ${returned})`;
}

function sampleStruct(definition: StructDef, names: ValueNames): string {
  const fields = definition.fields.map(
    ({ name, type }) => `${names.property(definition, name)}: ${sampleValue(type, names)}`,
  );
  return `{ ${fields.join(', ')} }`;
}

function sampleTable(table: TableDef, names: ValueNames, within: readonly TableDef[]): string | undefined {
  if (within.includes(table)) return undefined;
  const fields = requiredFields(table, names, [...within, table]);
  if (fields === undefined) return undefined;
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}

function sampleUnion(union: UnionDef, names: ValueNames, within: readonly TableDef[]): string | undefined {
  for (const { name, type } of union.members) {
    const value = sampleValue(type, names, within);
    if (value !== undefined) return `{ type: ${stringLiteral(name, "'")}, value: ${value} }`;
  }
  return undefined;
}
