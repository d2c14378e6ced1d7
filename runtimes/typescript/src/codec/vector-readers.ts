/** Readers of vectors of scalars and strings, whose offset is stored at `slot`. */
import type { Reader } from './reader.ts';

export function readBoolVector(reader: Reader, slot: number): boolean[] {
  const first = reader.vector(slot, 1);
  const values: boolean[] = new Array(reader.count);
  for (let i = 0; i < values.length; i++) values[i] = reader.bytes[first + i] !== 0;
  return values;
}

export function readInt8Vector(reader: Reader, slot: number): number[] {
  const first = reader.vector(slot, 1);
  const { count, view } = reader;
  const values: number[] = new Array(count);
  for (let i = 0; i < count; i++) values[i] = view.getInt8(first + i);
  return values;
}

export function readUint8Vector(reader: Reader, slot: number): number[] {
  const first = reader.vector(slot, 1);
  const { count, view } = reader;
  const values: number[] = new Array(count);
  for (let i = 0; i < count; i++) values[i] = view.getUint8(first + i);
  return values;
}

export function readInt16Vector(reader: Reader, slot: number): number[] {
  const first = reader.vector(slot, 2);
  const { count, view } = reader;
  const values: number[] = new Array(count);
  for (let i = 0; i < count; i++) values[i] = view.getInt16(first + 2 * i, true);
  return values;
}

export function readUint16Vector(reader: Reader, slot: number): number[] {
  const first = reader.vector(slot, 2);
  const { count, view } = reader;
  const values: number[] = new Array(count);
  for (let i = 0; i < count; i++) values[i] = view.getUint16(first + 2 * i, true);
  return values;
}

export function readInt32Vector(reader: Reader, slot: number): number[] {
  const first = reader.vector(slot, 4);
  const { count, view } = reader;
  const values: number[] = new Array(count);
  for (let i = 0; i < count; i++) values[i] = view.getInt32(first + 4 * i, true);
  return values;
}

export function readUint32Vector(reader: Reader, slot: number): number[] {
  const first = reader.vector(slot, 4);
  const { count, view } = reader;
  const values: number[] = new Array(count);
  for (let i = 0; i < count; i++) values[i] = view.getUint32(first + 4 * i, true);
  return values;
}

export function readFloat32Vector(reader: Reader, slot: number): number[] {
  const first = reader.vector(slot, 4);
  const { count, view } = reader;
  const values: number[] = new Array(count);
  for (let i = 0; i < count; i++) values[i] = view.getFloat32(first + 4 * i, true);
  return values;
}

export function readFloat64Vector(reader: Reader, slot: number): number[] {
  const first = reader.vector(slot, 8);
  const { count, view } = reader;
  const values: number[] = new Array(count);
  for (let i = 0; i < count; i++) values[i] = view.getFloat64(first + 8 * i, true);
  return values;
}

export function readInt64Vector(reader: Reader, slot: number): bigint[] {
  const first = reader.vector(slot, 8);
  const { count, view } = reader;
  const values: bigint[] = new Array(count);
  for (let i = 0; i < count; i++) values[i] = view.getBigInt64(first + 8 * i, true);
  return values;
}

export function readUint64Vector(reader: Reader, slot: number): bigint[] {
  const first = reader.vector(slot, 8);
  const { count, view } = reader;
  const values: bigint[] = new Array(count);
  for (let i = 0; i < count; i++) values[i] = view.getBigUint64(first + 8 * i, true);
  return values;
}

export function readStringVector(reader: Reader, slot: number): string[] {
  const first = reader.vector(slot, 4);
  const { count } = reader;
  const values: string[] = new Array(count);
  for (let i = 0; i < count; i++) values[i] = reader.string(first + 4 * i);
  return values;
}
