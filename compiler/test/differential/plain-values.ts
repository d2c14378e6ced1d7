import { decode, encode } from '../../../runtimes/typescript/src/codec/index.ts';
import { isBytes } from '../../src/emit/typescript/value-types.ts';
import type { StructDef, TableDef, Type } from '../../src/model.ts';
import type { Dynamic } from '../emit/generated.ts';
import type { GeneratedCode } from './generated-code.ts';
import { type Fields, memberType, type UnionValue, type Value } from './value.ts';

/** Writes a table with the generated codec. */
export function encodePlain(code: GeneratedCode, table: TableDef, fields: Fields): Buffer {
  return encode(code.codecs[code.names.encoder(table)], toPlain(code, { kind: 'table', table }, fields));
}

/** Reads a table with the generated codec. */
export function decodePlain(code: GeneratedCode, table: TableDef, bytes: Uint8Array): Fields {
  const plain = decode<Dynamic>(code.codecs[code.names.decoder(table)], bytes);
  return fromPlain(code, { kind: 'table', table }, plain) as Fields;
}

function toPlain(code: GeneratedCode, type: Type, value: Value): Dynamic {
  switch (type.kind) {
    case 'struct':
      return objectOf(code, type.struct, value as Fields);
    case 'table':
      return objectOf(code, type.table, value as Fields);
    case 'union': {
      const { member, value: inner } = value as UnionValue;
      return { type: member, value: toPlain(code, memberType(type.union, member), inner) };
    }
    case 'vector':
    case 'array': {
      const items = (value as Value[]).map((item) => toPlain(code, type.element, item));
      return isBytes(type.element) ? Uint8Array.from(items) : items;
    }
    default:
      return value;
  }
}

function objectOf(code: GeneratedCode, owner: StructDef | TableDef, fields: Fields): Dynamic {
  const object: Dynamic = {};
  for (const { name, type } of owner.fields) {
    const value = fields.get(name);
    if (value !== undefined) object[code.names.property(owner, name)] = toPlain(code, type, value);
  }
  return object;
}

function fromPlain(code: GeneratedCode, type: Type, plain: Dynamic): Value {
  switch (type.kind) {
    case 'struct':
      return fieldsOf(code, type.struct, plain);
    case 'table':
      return fieldsOf(code, type.table, plain);
    case 'union':
      return { member: plain.type, value: fromPlain(code, memberType(type.union, plain.type), plain.value) };
    case 'vector':
    case 'array':
      return Array.from(plain, (item) => fromPlain(code, type.element, item));
    default:
      return plain;
  }
}

function fieldsOf(code: GeneratedCode, owner: StructDef | TableDef, plain: Dynamic): Fields {
  const fields: Fields = new Map();
  for (const { name, type } of owner.fields) {
    const value = plain[code.names.property(owner, name)];
    if (value !== undefined) fields.set(name, fromPlain(code, type, value));
  }
  return fields;
}
