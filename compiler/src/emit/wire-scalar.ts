import type { ScalarName, Type } from '../model.ts';

/** The scalar that a scalar or an enum is on the wire. */
export function wireScalar(type: Extract<Type, { kind: 'scalar' | 'enum' }>): ScalarName {
  return type.kind === 'enum' ? type.enum.underlying : type.scalar;
}

/** What each takes on the wire, which is also its alignment. */
export const scalarBytes: Readonly<Record<ScalarName, number>> = {
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
