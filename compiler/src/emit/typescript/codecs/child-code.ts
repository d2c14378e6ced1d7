import type { TableField } from '../../../model.ts';
import { isBytes } from '../value-types.ts';
import type { CodecFile } from './codec-file.ts';
import { pascalScalar, wireScalar } from './scalar-code.ts';

/** Where a field's value comes from and where its offset goes, as expressions. */
export interface ChildPlace {
  readonly variable: string;
  readonly slot: string;
  /** Of the vector of type codes; only for vectors of unions. */
  readonly codesSlot: string;
  /** For errors: `'EchoRequest.input'`, quoted. */
  readonly label: string;
}

/** True for fields that stand outside of their table, which holds an offset to them. */
export function isChild(field: TableField): boolean {
  const { kind } = field.type;
  return kind !== 'scalar' && kind !== 'enum' && kind !== 'struct';
}

/** The statement that writes a field that stands outside of its table. */
export function writeChild(codecs: CodecFile, field: TableField, place: ChildPlace): string {
  const { names } = codecs;
  const { variable, slot, codesSlot, label } = place;
  const { type } = field;
  if (type.kind === 'string') return `writer.string(${slot}, ${variable}, ${label});`;
  if (type.kind === 'table') return `${names.encoder(type.table)}(writer, ${slot}, ${variable}, depth + 1);`;
  if (type.kind === 'union') return `${names.encoder(type.union)}(writer, ${slot}, ${variable}, depth + 1);`;
  if (type.kind !== 'vector') throw new Error(`${field.name} is no child`);
  const { element } = type;
  if (isBytes(element)) return `writer.byteVector(${slot}, ${variable}, ${label});`;
  switch (element.kind) {
    case 'scalar':
    case 'enum': {
      const writer = codecs.support(`write${pascalScalar(wireScalar(element))}Vector`);
      return `${writer}(writer, ${slot}, ${variable}, ${label});`;
    }
    case 'string':
      return `${codecs.support('writeStringVector')}(writer, ${slot}, ${variable}, ${label});`;
    case 'struct':
      return `${codecs.vectorWriter(element.struct)}(writer, ${slot}, ${variable}, ${label});`;
    case 'table':
      return `${codecs.vectorWriter(element.table)}(writer, ${slot}, ${variable}, depth + 1, ${label});`;
    case 'union':
      return `${codecs.vectorWriter(element.union)}(writer, ${codesSlot}, ${slot}, ${variable}, depth + 1, ${label});`;
  }
}

/** The expression that reads such a field; `at` holds its offset, `code` its type code or the offset of its type codes. */
export function readChild(codecs: CodecFile, field: TableField, at: string, code: string): string {
  const { names } = codecs;
  const { type } = field;
  if (type.kind === 'string') return `reader.string(${at})`;
  if (type.kind === 'table') return `${names.decoder(type.table)}(reader, reader.indirect(${at}), depth + 1)`;
  if (type.kind === 'union') return `${names.decoder(type.union)}(reader, ${code}, ${at}, depth + 1)`;
  if (type.kind !== 'vector') throw new Error(`${field.name} is no child`);
  const { element } = type;
  if (isBytes(element)) return `reader.byteVector(${at})`;
  switch (element.kind) {
    case 'scalar':
    case 'enum': {
      const call = `${codecs.support(`read${pascalScalar(wireScalar(element))}Vector`)}(reader, ${at})`;
      return element.kind === 'enum' ? codecs.asEnum(call, element.enum, '[]') : call;
    }
    case 'string':
      return `${codecs.support('readStringVector')}(reader, ${at})`;
    case 'struct':
      return `${codecs.vectorReader(element.struct)}(reader, ${at})`;
    case 'table':
      return `${codecs.vectorReader(element.table)}(reader, ${at}, depth + 1)`;
    case 'union':
      return `${codecs.vectorReader(element.union)}(reader, ${code}, ${at}, depth + 1)`;
  }
}
