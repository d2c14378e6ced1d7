import type { ClassFile } from './class-file.ts';
import { type ScalarType, scalarAccess } from './scalar-access.ts';

/** The schema's default as an expression: `150`, `7n`, `true`, `NaN`, `Color.Blue`. */
export function defaultLiteral(file: ClassFile, type: ScalarType, value: bigint | number | boolean): string {
  if (type.kind === 'enum') {
    const named = type.enum.values.find((candidate) => candidate.value === BigInt(value));
    if (named !== undefined) return `${file.value(type.enum)}.${named.name}`;
    const literal = integer(type, value);
    // Only combinations of flags and, in enums without a zero, the zero have no name.
    return type.enum.bitFlags ? literal : `${literal} as ${zeroType(type)} as ${file.type(type.enum)}`;
  }
  if (typeof value === 'boolean') return String(value);
  if (type.scalar === 'float32' || type.scalar === 'float64')
    return Object.is(value, -0) ? '-0' : String(value);
  return integer(type, value);
}

function integer(type: ScalarType, value: bigint | number | boolean): string {
  return `${BigInt(value)}${scalarAccess(type).type === 'bigint' ? 'n' : ''}`;
}

function zeroType(type: ScalarType): string {
  return scalarAccess(type).type;
}
