import type { EnumDef, ScalarName, TableField, Type } from '../../model.ts';
import { wireScalar } from '../wire-scalar.ts';
import { pythonString } from './literal.ts';
import type { PythonNames } from './names.ts';

export { scalarBytes, wireScalar } from '../wire-scalar.ts';

export type ScalarType = Extract<Type, { kind: 'scalar' | 'enum' }>;

/** The characters of `struct` formats. */
export const formatOf: Readonly<Record<ScalarName, string>> = {
  bool: '?',
  int8: 'b',
  uint8: 'B',
  int16: 'h',
  uint16: 'H',
  int32: 'i',
  uint32: 'I',
  int64: 'q',
  uint64: 'Q',
  float32: 'f',
  float64: 'd',
};

/** What a scalar field is when it is absent, as a number or a bool; undefined where it is just that. */
export function defaultNumber(field: TableField): string | undefined {
  if (field.default.kind !== 'value') return undefined;
  const { value } = field.default;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  const scalar = wireScalar(field.type as ScalarType);
  return scalar === 'float32' || scalar === 'float64' ? floatLiteral(Number(value)) : `${value}`;
}

function floatLiteral(value: number): string {
  if (Number.isNaN(value)) return 'float("nan")';
  if (!Number.isFinite(value)) return `float("${value < 0 ? '-' : ''}inf")`;
  if (Object.is(value, -0)) return '-0.0';
  const text = `${value}`;
  if (!/[.e]/.test(text)) return `${text}.0`;
  return text.replace('e+', 'e');
}

/** What a field is in a dataclass where nobody sets it; undefined where it has to be set. */
export function defaultValue(field: TableField, names: PythonNames): string | undefined {
  if (field.required) return undefined;
  switch (field.default.kind) {
    case 'absent':
      return 'None';
    case 'string':
      return pythonString(field.default.value);
    case 'empty-vector':
      return field.type.kind === 'vector' && isByteVector(field.type) ? 'b""' : 'field(default_factory=list)';
    case 'value': {
      const number = defaultNumber(field)!;
      return field.type.kind === 'enum' ? (memberOf(field.type.enum, number, names) ?? number) : number;
    }
  }
}

function isByteVector({ element }: Extract<Type, { kind: 'vector' }>): boolean {
  return element.kind === 'scalar' && element.scalar === 'uint8';
}

function memberOf(definition: EnumDef, number: string, names: PythonNames): string | undefined {
  const member = definition.values.find(({ value }) => `${value}` === number);
  return member && `${names.value(definition)}.${names.member(definition, member.name)}`;
}

/** An expression that is true when a scalar's local variable, set within it, is not the default. */
export function differsFromDefault(
  field: TableField,
  variable: string,
  value: string,
  isMinusZero: string,
): string {
  const fallback = defaultNumber(field)!;
  const scalar = wireScalar(field.type as ScalarType);
  const set = `(${variable} := ${value})`;
  if (scalar === 'bool') return `${set} is not ${fallback}`;
  if (scalar !== 'float32' && scalar !== 'float64') return `${set} != ${fallback}`;
  if (fallback === 'float("nan")') return `${set} == ${variable}`;
  if (fallback === '0.0') return `${set} or ${isMinusZero}(${variable})`;
  if (fallback === '-0.0') return `${set} or not ${isMinusZero}(${variable})`;
  return `${set} != ${fallback}`;
}
