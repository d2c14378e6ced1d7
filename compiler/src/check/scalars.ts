import type { IntegerName, ScalarName } from '../model.ts';

/** Every spelling of a scalar type. */
const spellings: ReadonlyMap<string, ScalarName> = new Map([
  ['bool', 'bool'],
  ['byte', 'int8'],
  ['int8', 'int8'],
  ['ubyte', 'uint8'],
  ['uint8', 'uint8'],
  ['short', 'int16'],
  ['int16', 'int16'],
  ['ushort', 'uint16'],
  ['uint16', 'uint16'],
  ['int', 'int32'],
  ['int32', 'int32'],
  ['uint', 'uint32'],
  ['uint32', 'uint32'],
  ['long', 'int64'],
  ['int64', 'int64'],
  ['ulong', 'uint64'],
  ['uint64', 'uint64'],
  ['float', 'float32'],
  ['float32', 'float32'],
  ['double', 'float64'],
  ['float64', 'float64'],
]);

const sizes: Readonly<Record<ScalarName, 1 | 2 | 4 | 8>> = {
  bool: 1,
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  float32: 4,
  float64: 8,
};

/** All names that the language itself gives to types. */
export const builtInTypes: readonly string[] = [...spellings.keys(), 'string'];

export function scalarNamed(name: string): ScalarName | undefined {
  return spellings.get(name);
}

export function isInteger(scalar: ScalarName): scalar is IntegerName {
  return scalar !== 'bool' && scalar !== 'float32' && scalar !== 'float64';
}

/** Bytes. */
export function sizeOfScalar(scalar: ScalarName): 1 | 2 | 4 | 8 {
  return sizes[scalar];
}

/** The least and the greatest value. */
export function rangeOf(integer: IntegerName): readonly [bigint, bigint] {
  const bits = BigInt(sizes[integer] * 8);
  if (integer.startsWith('u')) return [0n, (1n << bits) - 1n];
  return [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n];
}
