import type { ElementType, TableField, Type } from '../../model.ts';
import type { PythonNames } from './names.ts';

/** The type of what a field holds where it is there, as the generated module of values spells it. */
export function plainType(type: Type, names: PythonNames): string {
  switch (type.kind) {
    case 'scalar':
      if (type.scalar === 'bool') return 'bool';
      return type.scalar.startsWith('float') ? 'float' : 'int';
    case 'enum':
      return `${names.value(type.enum)} | int`;
    case 'string':
      return 'str';
    case 'struct':
      return names.value(type.struct);
    case 'table':
      return names.value(type.table);
    case 'union':
      return names.value(type.union);
    case 'vector':
    case 'array':
      return isBytes(type.element) ? 'bytes' : `Sequence[${plainType(type.element, names)}]`;
  }
}

/** Vectors and arrays of these are `bytes`. */
export function isBytes(element: ElementType): boolean {
  return element.kind === 'scalar' && element.scalar === 'uint8';
}

/** Whether a field can be None. */
export function canBeAbsent(field: TableField): boolean {
  return !field.required && field.default.kind === 'absent';
}
