/** Writers of vectors of scalars and strings: each enters the vector's offset at `slot`. `field` is for errors. */
import { wrongValue } from './invalid.ts';
import type { Writer } from './writer.ts';

function wrongElement(field: string, index: number, expected: string, value: unknown): never {
  wrongValue(`${field}[${index}]`, expected, value);
}

export function writeBoolVector(
  writer: Writer,
  slot: number,
  values: readonly boolean[],
  field: string,
): void {
  if (!Array.isArray(values)) wrongValue(field, 'vector', values);
  const count = values.length;
  const first = writer.vector(slot, count, 1, 4);
  const { bytes } = writer;
  for (let i = 0; i < count; i++) {
    const value = values[i]!;
    if (typeof value !== 'boolean') wrongElement(field, i, 'bool', value);
    bytes[first + i] = value ? 1 : 0;
  }
}

export function writeInt8Vector(
  writer: Writer,
  slot: number,
  values: readonly number[],
  field: string,
): void {
  if (!Array.isArray(values)) wrongValue(field, 'vector', values);
  const count = values.length;
  const first = writer.vector(slot, count, 1, 4);
  const { view } = writer;
  for (let i = 0; i < count; i++) {
    const value = values[i]!;
    if (typeof value !== 'number' || (value << 24) >> 24 !== value) wrongElement(field, i, 'int8', value);
    view.setInt8(first + i, value);
  }
}

export function writeUint8Vector(
  writer: Writer,
  slot: number,
  values: readonly number[],
  field: string,
): void {
  if (!Array.isArray(values)) wrongValue(field, 'vector', values);
  const count = values.length;
  const first = writer.vector(slot, count, 1, 4);
  const { view } = writer;
  for (let i = 0; i < count; i++) {
    const value = values[i]!;
    if (typeof value !== 'number' || (value & 0xff) !== value) wrongElement(field, i, 'uint8', value);
    view.setUint8(first + i, value);
  }
}

export function writeInt16Vector(
  writer: Writer,
  slot: number,
  values: readonly number[],
  field: string,
): void {
  if (!Array.isArray(values)) wrongValue(field, 'vector', values);
  const count = values.length;
  const first = writer.vector(slot, count, 2, 4);
  const { view } = writer;
  for (let i = 0; i < count; i++) {
    const value = values[i]!;
    if (typeof value !== 'number' || (value << 16) >> 16 !== value) wrongElement(field, i, 'int16', value);
    view.setInt16(first + 2 * i, value, true);
  }
}

export function writeUint16Vector(
  writer: Writer,
  slot: number,
  values: readonly number[],
  field: string,
): void {
  if (!Array.isArray(values)) wrongValue(field, 'vector', values);
  const count = values.length;
  const first = writer.vector(slot, count, 2, 4);
  const { view } = writer;
  for (let i = 0; i < count; i++) {
    const value = values[i]!;
    if (typeof value !== 'number' || (value & 0xffff) !== value) wrongElement(field, i, 'uint16', value);
    view.setUint16(first + 2 * i, value, true);
  }
}

export function writeInt32Vector(
  writer: Writer,
  slot: number,
  values: readonly number[],
  field: string,
): void {
  if (!Array.isArray(values)) wrongValue(field, 'vector', values);
  const count = values.length;
  const first = writer.vector(slot, count, 4, 4);
  const { view } = writer;
  for (let i = 0; i < count; i++) {
    const value = values[i]!;
    if (typeof value !== 'number' || (value | 0) !== value) wrongElement(field, i, 'int32', value);
    view.setInt32(first + 4 * i, value, true);
  }
}

export function writeUint32Vector(
  writer: Writer,
  slot: number,
  values: readonly number[],
  field: string,
): void {
  if (!Array.isArray(values)) wrongValue(field, 'vector', values);
  const count = values.length;
  const first = writer.vector(slot, count, 4, 4);
  const { view } = writer;
  for (let i = 0; i < count; i++) {
    const value = values[i]!;
    if (typeof value !== 'number' || value >>> 0 !== value) wrongElement(field, i, 'uint32', value);
    view.setUint32(first + 4 * i, value, true);
  }
}

export function writeFloat32Vector(
  writer: Writer,
  slot: number,
  values: readonly number[],
  field: string,
): void {
  if (!Array.isArray(values)) wrongValue(field, 'vector', values);
  const count = values.length;
  const first = writer.vector(slot, count, 4, 4);
  const { view } = writer;
  for (let i = 0; i < count; i++) {
    const value = values[i]!;
    if (typeof value !== 'number') wrongElement(field, i, 'float32', value);
    view.setFloat32(first + 4 * i, value, true);
  }
}

export function writeFloat64Vector(
  writer: Writer,
  slot: number,
  values: readonly number[],
  field: string,
): void {
  if (!Array.isArray(values)) wrongValue(field, 'vector', values);
  const count = values.length;
  const first = writer.vector(slot, count, 8, 8);
  const { view } = writer;
  for (let i = 0; i < count; i++) {
    const value = values[i]!;
    if (typeof value !== 'number') wrongElement(field, i, 'float64', value);
    view.setFloat64(first + 8 * i, value, true);
  }
}

export function writeInt64Vector(
  writer: Writer,
  slot: number,
  values: readonly bigint[],
  field: string,
): void {
  if (!Array.isArray(values)) wrongValue(field, 'vector', values);
  const count = values.length;
  const first = writer.vector(slot, count, 8, 8);
  const { view } = writer;
  for (let i = 0; i < count; i++) {
    const value = values[i]!;
    if (typeof value !== 'bigint' || BigInt.asIntN(64, value) !== value)
      wrongElement(field, i, 'int64', value);
    view.setBigInt64(first + 8 * i, value, true);
  }
}

export function writeUint64Vector(
  writer: Writer,
  slot: number,
  values: readonly bigint[],
  field: string,
): void {
  if (!Array.isArray(values)) wrongValue(field, 'vector', values);
  const count = values.length;
  const first = writer.vector(slot, count, 8, 8);
  const { view } = writer;
  for (let i = 0; i < count; i++) {
    const value = values[i]!;
    if (typeof value !== 'bigint' || BigInt.asUintN(64, value) !== value)
      wrongElement(field, i, 'uint64', value);
    view.setBigUint64(first + 8 * i, value, true);
  }
}

export function writeStringVector(
  writer: Writer,
  slot: number,
  values: readonly string[],
  field: string,
): void {
  if (!Array.isArray(values)) wrongValue(field, 'vector', values);
  const count = values.length;
  const first = writer.vector(slot, count, 4, 4);
  for (let i = 0; i < count; i++) {
    const value = values[i]!;
    if (typeof value !== 'string') wrongElement(field, i, 'string', value);
    writer.string(first + 4 * i, value, field);
  }
}
