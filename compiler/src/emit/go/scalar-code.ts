import type { ScalarName, TableField, Type } from '../../model.ts';
import { scalarBytes, wireScalar } from '../wire-scalar.ts';
import type { GoNames } from './names.ts';
import type { GoFile } from './source-file.ts';

export type ScalarType = Extract<Type, { kind: 'scalar' | 'enum' }>;

export { scalarBytes, wireScalar };

/** How the codec calls what it stores and loads: `Uint32` for all integers of 4 bytes. */
function access(scalar: ScalarName): string {
  switch (scalar) {
    case 'bool':
      return 'Bool';
    case 'float32':
      return 'Float32';
    case 'float64':
      return 'Float64';
    default:
      return `Uint${8 * scalarBytes[scalar]}`;
  }
}

/** `WriteIntegers32` without the verb: the codec's functions for vectors of the scalar. */
export function vectorAccess(scalar: ScalarName): string {
  if (scalar === 'bool') return 'Bools';
  const kind = scalar.startsWith('float') ? 'Floats' : 'Integers';
  return `${kind}${8 * scalarBytes[scalar]}`;
}

/** A statement that stores a value. */
export function storeScalar(type: ScalarType, at: string, value: string): string {
  const put = access(wireScalar(type));
  const own = put.toLowerCase();
  const isSame = type.kind === 'scalar' && type.scalar === own;
  return `w.Put${put}(${at}, ${isSame ? value : `${own}(${value})`})`;
}

/** An expression of the type's own Go type. */
export function loadScalar(type: ScalarType, at: string, names: GoNames): string {
  const get = access(wireScalar(type));
  const loaded = `r.${get}(${at})`;
  const goType = type.kind === 'enum' ? names.value(type.enum) : type.scalar;
  return goType === get.toLowerCase() ? loaded : `${goType}(${loaded})`;
}

/** What a scalar field is when it is absent, as a Go expression; undefined where it is just that. */
export function defaultLiteral(file: GoFile, field: TableField): string | undefined {
  if (field.default.kind !== 'value') return undefined;
  const { value } = field.default;
  if (typeof value !== 'number') return `${value}`;
  const math = specialNumber(value);
  if (math === undefined) return `${value}`;
  const isNarrow = field.type.kind === 'scalar' && field.type.scalar === 'float32';
  const expression = file.use('math', math);
  return isNarrow ? `float32(${expression})` : expression;
}

function specialNumber(value: number): string | undefined {
  if (Number.isNaN(value)) return 'NaN()';
  if (value === Number.POSITIVE_INFINITY) return 'Inf(1)';
  if (value === Number.NEGATIVE_INFINITY) return 'Inf(-1)';
  return Object.is(value, -0) ? 'Copysign(0, -1)' : undefined;
}

/** True for a default that a Go variable does not have by itself. */
export function isZeroDefault(field: TableField): boolean {
  const fallback = field.default;
  if (fallback.kind === 'string') return fallback.value === '';
  if (fallback.kind !== 'value') return true;
  const { value } = fallback;
  return typeof value === 'number' ? Object.is(value, 0) : value === false || value === 0n;
}

/** An expression that is true when a scalar is not its default. */
export function differsFromDefault(file: GoFile, field: TableField, value: string): string {
  const scalar = wireScalar(field.type as ScalarType);
  const fallback = defaultLiteral(file, field)!;
  if (scalar === 'bool') return fallback === 'true' ? `!${value}` : value;
  if (scalar === 'float32') return `${file.use('codec', 'DiffersFrom32')}(${value}, ${fallback})`;
  if (scalar === 'float64') return `${file.use('codec', 'DiffersFrom64')}(${value}, ${fallback})`;
  return `${value} != ${fallback}`;
}
