import { ByteBuffer } from 'flatbuffers';
import {
  type Fields,
  type FieldType,
  type MessageName,
  type MessageValue,
  messages,
} from '../../../protocol/vectors/generate/control-messages.ts';

type Value = MessageValue[string];

/**
 * Reads a control message for people to look at: fields by name, uint64 as decimal strings, bytes as hex, absent ones
 * left out. Says `undefined` where the bytes are none.
 */
export function decodeControl(name: MessageName, payload: Uint8Array): MessageValue | undefined {
  try {
    const bytes = new ByteBuffer(payload);
    return readTable(bytes, bytes.readInt32(0), messages[name]);
  } catch {
    return undefined;
  }
}

function readTable(bytes: ByteBuffer, at: number, fields: Fields): MessageValue {
  const value: Record<string, Value> = {};
  fields.forEach(([field, type], slot) => {
    const offset = bytes.__offset(at, 4 + 2 * slot);
    if (offset !== 0) value[field] = readField(bytes, at + offset, type);
  });
  return value;
}

function readField(bytes: ByteBuffer, at: number, type: FieldType): Value {
  switch (type.kind) {
    case 'bool':
      return bytes.readUint8(at) !== 0;
    case 'uint8':
      return bytes.readUint8(at);
    case 'uint16':
      return bytes.readUint16(at);
    case 'uint32':
      return bytes.readUint32(at);
    case 'uint64':
      return bytes.readUint64(at).toString();
    case 'string':
      return bytes.__string(at) as string;
    case 'table':
      return readTable(bytes, bytes.__indirect(at), messages[type.of]);
    default:
      return readVector(bytes, at, type);
  }
}

function readVector(bytes: ByteBuffer, at: number, type: FieldType): Value {
  const start = bytes.__vector(at);
  const length = bytes.__vector_len(at);
  if (start + length > bytes.capacity()) throw new RangeError('a vector that ends beyond the buffer');
  const indices = [...new Array(length).keys()];
  switch (type.kind) {
    case 'uint16s':
      return indices.map((index) => bytes.readUint16(start + 2 * index));
    case 'strings':
      return indices.map((index) => bytes.__string(start + 4 * index) as string);
    case 'tables':
      return indices.map((index) => readTable(bytes, bytes.__indirect(start + 4 * index), messages[type.of]));
    default:
      return Buffer.from(bytes.bytes().subarray(start, start + length)).toString('hex');
  }
}
