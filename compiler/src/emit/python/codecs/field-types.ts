import type { ElementType, TableDef, TableField } from '../../../model.ts';
import type { PythonNames } from '../names.ts';
import { wireScalar } from '../scalar-code.ts';
import { canBeAbsent, isBytes } from '../value-types.ts';

/** For each field what `wrong_value` asks: its attribute, its name for people, and its type or a function that checks it. */
export function fieldTypes(table: TableDef, fields: readonly TableField[], names: PythonNames): string[] {
  return fields.map((field) => {
    const label = `"${table.name}.${field.name}"`;
    return `("${names.attribute(table, field.name)}", ${label}, ${typeOf(field, names)})`;
  });
}

function typeOf(field: TableField, names: PythonNames): string {
  const { type } = field;
  if (type.kind === 'struct') return `_pack_${names.snake(type.struct)}`;
  if (type.kind === 'union') return `_code_of_${names.snake(type.union)}`;
  const mark = field.required ? '!' : canBeAbsent(field) ? '?' : '';
  if (type.kind !== 'vector') return `"${nameOf(type)}${mark}"`;
  return `"${isBytes(type.element) ? 'bytes' : `[${nameOf(type.element)}]`}${mark}"`;
}

function nameOf(type: ElementType): string {
  return type.kind === 'scalar' || type.kind === 'enum' ? wireScalar(type) : type.kind;
}
