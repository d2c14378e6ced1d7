import type { StructDef, TableDef, Type, UnionDef } from '../../../model.ts';
import { valueFields } from '../../value-fields.ts';
import type { PythonNames } from '../names.ts';
import { isBytes } from '../value-types.ts';

/**
 * A Python expression for the smallest value of a type: required fields only. Undefined where there is none, because a
 * table requires itself.
 */
function sampleValue(type: Type, names: PythonNames, within: readonly TableDef[]): string | undefined {
  switch (type.kind) {
    case 'scalar':
      if (type.scalar === 'bool') return 'False';
      return type.scalar.startsWith('float') ? '0.0' : '0';
    case 'string':
      return '""';
    case 'enum': {
      const [first] = type.enum.values;
      return first === undefined
        ? '0'
        : `values.${names.value(type.enum)}.${names.member(type.enum, first.name)}`;
    }
    case 'vector':
      return isBytes(type.element) ? 'b""' : '[]';
    case 'array':
      if (isBytes(type.element)) return `bytes(${type.length})`;
      return `[${sampleValue(type.element, names, within)}] * ${type.length}`;
    case 'struct':
      return sampleStruct(type.struct, names);
    case 'table': {
      if (within.includes(type.table)) return undefined;
      const fields = requiredFields(type.table, names, [...within, type.table]);
      return fields && `values.${names.value(type.table)}(${fields.join(', ')})`;
    }
    case 'union':
      return sampleUnion(type.union, names, within);
  }
}

/** The arguments that a table's value needs: `name=""`. */
export function requiredFields(
  table: TableDef,
  names: PythonNames,
  within: readonly TableDef[],
  given: ReadonlyMap<string, string> = new Map(),
): string[] | undefined {
  const texts: string[] = [];
  for (const field of valueFields(table)) {
    const value =
      given.get(field.name) ?? (field.required ? sampleValue(field.type, names, within) : 'left out');
    if (value === undefined) return undefined;
    if (value !== 'left out') texts.push(`${names.attribute(table, field.name)}=${value}`);
  }
  return texts;
}

function sampleStruct(struct: StructDef, names: PythonNames): string {
  const fields = struct.fields.map(({ type }) => sampleValue(type, names, []));
  return `values.${names.value(struct)}(${fields.join(', ')})`;
}

function sampleUnion(union: UnionDef, names: PythonNames, within: readonly TableDef[]): string | undefined {
  for (const member of union.members) {
    const value = sampleValue(member.type, names, within);
    if (value === undefined) continue;
    const wrapper = names.wrapper(union, member);
    return wrapper === undefined ? value : `values.${wrapper}(${value})`;
  }
  return undefined;
}
