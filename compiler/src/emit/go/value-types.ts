import type { ElementType, StructField, TableField, Type } from '../../model.ts';
import type { GoNames } from './names.ts';

/** The Go type of a vector's element, or of what a field holds where it is there. */
export function plainType(type: Type, names: GoNames): string {
  switch (type.kind) {
    case 'scalar':
      return type.scalar;
    case 'enum':
      return names.value(type.enum);
    case 'string':
      return 'string';
    case 'struct':
      return names.value(type.struct);
    case 'table':
      return `*${names.value(type.table)}`;
    case 'union':
      return names.value(type.union);
    case 'vector':
      return isBytes(type.element) ? '[]byte' : `[]${plainType(type.element, names)}`;
    case 'array':
      return `[${type.length}]${plainType(type.element, names)}`;
  }
}

/** Vectors of these are `[]byte`. */
export function isBytes(element: ElementType): boolean {
  return element.kind === 'scalar' && element.scalar === 'uint8';
}

/**
 * The type of a table's field. A pointer where absent differs from zero and from empty, and the type has no nil:
 * strings, structs, and scalars declared `= null`.
 */
export function fieldType(field: TableField, names: GoNames): string {
  const type = plainType(field.type, names);
  return isPointer(field) ? `*${type}` : type;
}

/** True for fields whose Go type is a pointer only so that they can be absent. */
export function isPointer(field: TableField): boolean {
  const { kind } = field.type;
  const hasNil = kind === 'table' || kind === 'vector' || kind === 'union';
  return !hasNil && !field.required && field.default.kind === 'absent';
}

export function structFieldType(field: StructField, names: GoNames): string {
  return plainType(field.type, names);
}
