import type { ScalarName, Type } from '../../../model.ts';
import type { ClassFile } from './class-file.ts';

/** How the official runtime reads and writes a scalar, and what it is in TypeScript. */
export interface ScalarAccess {
  /** Method of ByteBuffer: `readUint32`. */
  readonly read: string;
  /** Of Builder's methods `add...`, `write...` and `addField...`, the ending: `Int32`. */
  readonly write: string;
  readonly bytes: number;
  readonly type: 'number' | 'bigint' | 'boolean';
  /** Undefined where flatc offers no typed array: 64-bit integers. */
  readonly array: string | undefined;
  /** What an element of an absent vector reads as. */
  readonly zero: string;
}

function integer(read: string, write: string, bytes: number): ScalarAccess {
  return { read: `read${read}`, write, bytes, type: 'number', array: `${read}Array`, zero: '0' };
}

function long(read: string): ScalarAccess {
  return { read: `read${read}`, write: 'Int64', bytes: 8, type: 'bigint', array: undefined, zero: '0n' };
}

const accessByScalar: Readonly<Record<ScalarName, ScalarAccess>> = {
  bool: { read: 'readInt8', write: 'Int8', bytes: 1, type: 'boolean', array: 'Int8Array', zero: 'false' },
  int8: integer('Int8', 'Int8', 1),
  uint8: integer('Uint8', 'Int8', 1),
  int16: integer('Int16', 'Int16', 2),
  uint16: integer('Uint16', 'Int16', 2),
  int32: integer('Int32', 'Int32', 4),
  uint32: integer('Uint32', 'Int32', 4),
  int64: long('Int64'),
  uint64: long('Uint64'),
  float32: integer('Float32', 'Float32', 4),
  float64: integer('Float64', 'Float64', 8),
};

export type ScalarType = Extract<Type, { kind: 'scalar' | 'enum' }>;

export function scalarAccess(type: ScalarType): ScalarAccess {
  return accessByScalar[type.kind === 'enum' ? type.enum.underlying : type.scalar];
}

/** The expression that reads a scalar at a place in `this.bb`. */
export function readScalar(type: ScalarType, place: string, typeName: string): string {
  const access = scalarAccess(type);
  const read = `this.bb!.${access.read}(${place})`;
  if (access.type === 'boolean') return `!!${read}`;
  return type.kind === 'enum' ? `${read} as ${typeName}` : read;
}

/** A scalar as the builder's methods take it: a bool as 0 or 1. */
export function builderValue(type: ScalarType, expression: string): string {
  return scalarAccess(type).type === 'boolean' ? `+${expression}` : expression;
}

/** The TypeScript type of a scalar in this file. */
export function scalarType(file: ClassFile, type: ScalarType): string {
  return type.kind === 'enum' ? file.type(type.enum) : scalarAccess(type).type;
}
