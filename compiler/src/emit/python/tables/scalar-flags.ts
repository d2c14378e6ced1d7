import type { ScalarName } from '../../../model.ts';
import { type ScalarType, wireScalar } from '../scalar-code.ts';

const names: Readonly<Record<ScalarName, string>> = {
  bool: 'Bool',
  int8: 'Int8',
  uint8: 'Uint8',
  int16: 'Int16',
  uint16: 'Uint16',
  int32: 'Int32',
  uint32: 'Uint32',
  int64: 'Int64',
  uint64: 'Uint64',
  float32: 'Float32',
  float64: 'Float64',
};

/** What the official runtime calls a scalar in its functions: `Int32`, as in `PrependInt32`. */
export function officialName(type: ScalarType): string {
  return names[wireScalar(type)];
}

/** What it calls the scalar's reader. */
export function flagsOf(type: ScalarType): string {
  return `flatbuffers.number_types.${officialName(type)}Flags`;
}

/** The Python type of a scalar that is read. */
export function scalarType(type: ScalarType): string {
  const scalar = wireScalar(type);
  return scalar === 'bool' ? 'bool' : scalar.startsWith('float') ? 'float' : 'int';
}
