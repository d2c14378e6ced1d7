import type { ScalarName, TableField, Type } from '../../../model.ts';
import { scalarBytes, wireScalar } from '../../wire-scalar.ts';
import { is64Bit } from '../value-types.ts';

export { scalarBytes, wireScalar };

/** How the scalar is called in the names of DataView's methods and of the vector functions: `Int32`. */
export function pascalScalar(scalar: ScalarName): string {
  return scalar.charAt(0).toUpperCase() + scalar.slice(1);
}

/** An expression that is true when `name` cannot be stored as the scalar. */
export function wrongScalar(scalar: ScalarName, name: string): string {
  const type = scalar === 'bool' ? 'boolean' : is64Bit(scalar) ? 'bigint' : 'number';
  const wrongType = `typeof ${name} !== '${type}'`;
  const same = truncations[scalar]?.(name);
  return same === undefined ? wrongType : `${wrongType} || ${same} !== ${name}`;
}

/** What is left of a value in the bits of an integer; the value itself, where it fits. */
const truncations: Partial<Record<ScalarName, (name: string) => string>> = {
  int8: (name) => `(${name} << 24) >> 24`,
  uint8: (name) => `(${name} & 0xff)`,
  int16: (name) => `(${name} << 16) >> 16`,
  uint16: (name) => `(${name} & 0xffff)`,
  int32: (name) => `(${name} | 0)`,
  uint32: (name) => `${name} >>> 0`,
  int64: (name) => `BigInt.asIntN(64, ${name})`,
  uint64: (name) => `BigInt.asUintN(64, ${name})`,
};

/** A statement that stores a value that fits. */
export function storeScalar(scalar: ScalarName, at: string, value: string): string {
  if (scalar === 'bool') return `view.setUint8(${at}, ${value} ? 1 : 0);`;
  return `view.set${accessor(scalar)}(${at}, ${value}${littleEndian(scalar)});`;
}

export function loadScalar(scalar: ScalarName, at: string): string {
  if (scalar === 'bool') return `view.getUint8(${at}) !== 0`;
  return `view.get${accessor(scalar)}(${at}${littleEndian(scalar)})`;
}

function accessor(scalar: ScalarName): string {
  return (is64Bit(scalar) ? 'Big' : '') + pascalScalar(scalar);
}

function littleEndian(scalar: ScalarName): string {
  return scalarBytes[scalar] === 1 ? '' : ', true';
}

/** What a scalar field is when it is absent, or undefined where it is just that. */
export function defaultLiteral(field: TableField): string | undefined {
  if (field.default.kind !== 'value') return undefined;
  const { value } = field.default;
  if (typeof value !== 'number')
    return typeof value === 'bigint' && !isWide(field.type) ? `${value}` : literal(value);
  if (Number.isNaN(value)) return 'Number.NaN';
  if (value === Number.POSITIVE_INFINITY) return 'Number.POSITIVE_INFINITY';
  if (value === Number.NEGATIVE_INFINITY) return 'Number.NEGATIVE_INFINITY';
  return Object.is(value, -0) ? '-0' : `${value}`;
}

function literal(value: bigint | boolean): string {
  return typeof value === 'bigint' ? `${value}n` : `${value}`;
}

function isWide(type: Type): boolean {
  return (type.kind === 'scalar' || type.kind === 'enum') && is64Bit(wireScalar(type));
}

/** An expression that is true when a scalar is not its default. Zero is not minus zero, and NaN is NaN. */
export function differsFromDefault(scalar: ScalarName, name: string, defaultValue: string): string {
  if (scalar === 'bool') return defaultValue === 'true' ? `!${name}` : name;
  if (scalar === 'float32' || scalar === 'float64') return `!Object.is(${name}, ${defaultValue})`;
  return `${name} !== ${defaultValue}`;
}
