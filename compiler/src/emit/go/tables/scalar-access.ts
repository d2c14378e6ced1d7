import type { TableField } from '../../../model.ts';
import type { GoNames } from '../names.ts';
import { defaultLiteral, type ScalarType, wireScalar } from '../scalar-code.ts';
import type { GoFile } from '../source-file.ts';

/** How the official runtime calls what it reads and writes of a scalar: `Int32`, and `Byte` for uint8. */
export function accessName(type: ScalarType): string {
  const scalar = wireScalar(type);
  return scalar === 'uint8' ? 'Byte' : scalar.charAt(0).toUpperCase() + scalar.slice(1);
}

/** The Go type of a scalar on its own: `byte`, or the enum. */
export function accessType(type: ScalarType, names: GoNames): string {
  return type.kind === 'enum' ? names.value(type.enum) : accessName(type).toLowerCase();
}

/** What was read, in its own type. */
export function ownType(type: ScalarType, names: GoNames, expression: string): string {
  return type.kind === 'enum' ? `${names.value(type.enum)}(${expression})` : expression;
}

/** What is written, in the type on the wire. */
export function wireType(type: ScalarType, expression: string): string {
  return type.kind === 'enum' ? `${accessName(type).toLowerCase()}(${expression})` : expression;
}

export function fallback(file: GoFile, field: TableField): string {
  return defaultLiteral(file, field) ?? 'nil';
}
