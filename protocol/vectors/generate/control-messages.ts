import { Builder } from 'flatbuffers';

/**
 * The control messages of pluginart.fbs once more, by hand: slots in order. The vectors must not rest on
 * our own compiler. Scalars name their default.
 */
export type FieldType =
  | { readonly kind: 'bool' | 'uint8' | 'uint16' | 'uint32' | 'uint64'; readonly default: number }
  | { readonly kind: 'string' | 'bytes' | 'uint16s' | 'strings' }
  | { readonly kind: 'table' | 'tables'; readonly of: MessageName };

type FieldValue =
  | boolean
  | number
  | string
  | readonly number[]
  | readonly string[]
  | MessageValue
  | readonly MessageValue[];

/** As the vector files hold it: absent fields are left out, uint64 is a decimal string, bytes are hex. */
export interface MessageValue {
  readonly [field: string]: FieldValue;
}

export type MessageName =
  | 'HandshakeRequest'
  | 'HandshakeResponse'
  | 'Offer'
  | 'Accept'
  | 'SharedMemory'
  | 'Ping'
  | 'Pong'
  | 'PluginError'
  | 'CallMeta'
  | 'Entry'
  | 'Description';

export type Fields = readonly (readonly [string, FieldType])[];

const bool: FieldType = { kind: 'bool', default: 0 };
const uint8: FieldType = { kind: 'uint8', default: 0 };
const uint16: FieldType = { kind: 'uint16', default: 0 };
const uint64: FieldType = { kind: 'uint64', default: 0 };
const string: FieldType = { kind: 'string' };
const strings: FieldType = { kind: 'strings' };
const byteVector: FieldType = { kind: 'bytes' };

const limits: Fields = [
  ['max_message_bytes', { kind: 'uint32', default: 4194304 }],
  ['max_concurrent_calls', { kind: 'uint32', default: 256 }],
  ['stream_window', { kind: 'uint32', default: 1048576 }],
];

/** The fields of each message, by slot. */
export const messages: Readonly<Record<MessageName, Fields>> = {
  HandshakeRequest: [
    ['contract_hash', string],
    ['plugin_name', string],
    ['protocol_version', { kind: 'uint16', default: 1 }],
    ['offer', { kind: 'table', of: 'Offer' }],
  ],
  HandshakeResponse: [
    ['ok', bool],
    ['error', string],
    ['accept', { kind: 'table', of: 'Accept' }],
    ['code', uint16],
  ],
  Offer: [
    ['versions', { kind: 'uint16s' }],
    ['features', strings],
    ['nonce', byteVector],
    ['proof', byteVector],
    ...limits,
    ['compressions', strings],
    ['shared_memory', { kind: 'table', of: 'SharedMemory' }],
    ['runtime', string],
    ['host_contract_hash', string],
  ],
  Accept: [
    ['version', uint16],
    ['features', strings],
    ['proof', byteVector],
    ...limits,
    ['compression', string],
    ['shared_memory', bool],
    ['runtime', string],
    ['contract_hash', string],
  ],
  SharedMemory: [
    ['to_plugin', string],
    ['to_host', string],
    ['size', uint64],
  ],
  Ping: [['seq', uint64]],
  Pong: [['seq', uint64]],
  PluginError: [
    ['code', uint16],
    ['message', string],
    ['retry', bool],
    ['origin', uint8],
    ['details', byteVector],
  ],
  CallMeta: [
    ['traceparent', string],
    ['tracestate', string],
    ['baggage', string],
    ['entries', { kind: 'tables', of: 'Entry' }],
  ],
  Entry: [
    ['key', string],
    ['value', string],
  ],
  Description: [
    ['schema', string],
    ['contract_hash', string],
    ['runtime', string],
  ],
};

/** One control message by the official Builder. `forceDefaults` writes fields that have their default, too. */
export function message(name: MessageName, value: MessageValue, forceDefaults = false): Buffer {
  const builder = new Builder(256);
  builder.forceDefaults(forceDefaults);
  builder.finish(table(builder, name, value));
  return Buffer.from(builder.asUint8Array());
}

function table(builder: Builder, name: MessageName, value: MessageValue): number {
  const fields = messages[name];
  const unknown = Object.keys(value).find((key) => !fields.some(([field]) => field === key));
  if (unknown !== undefined) throw new Error(`${name} has no field ${unknown}`);
  const offsets = fields.map(([field, type]) => child(builder, type, value[field]));
  builder.startObject(fields.length);
  fields.forEach(([field, type], slot) => {
    const given = value[field];
    if (given !== undefined) addField(builder, slot, type, given, offsets[slot] ?? 0);
  });
  return builder.endObject();
}

function child(builder: Builder, type: FieldType, value: FieldValue | undefined): number {
  if (value === undefined) return 0;
  switch (type.kind) {
    case 'string':
      return builder.createString(value as string);
    case 'bytes':
      return builder.createByteVector(Buffer.from(value as string, 'hex'));
    case 'uint16s': {
      const items = value as readonly number[];
      builder.startVector(2, items.length, 2);
      for (const item of items.toReversed()) builder.addInt16(item);
      return builder.endVector();
    }
    case 'strings':
      return offsetVector(
        builder,
        (value as readonly string[]).map((item) => builder.createString(item)),
      );
    case 'table':
      return table(builder, type.of, value as MessageValue);
    case 'tables':
      return offsetVector(
        builder,
        (value as readonly MessageValue[]).map((item) => table(builder, type.of, item)),
      );
    default:
      return 0;
  }
}

function offsetVector(builder: Builder, offsets: readonly number[]): number {
  builder.startVector(4, offsets.length, 4);
  for (const offset of offsets.toReversed()) builder.addOffset(offset);
  return builder.endVector();
}

function addField(builder: Builder, slot: number, type: FieldType, value: FieldValue, offset: number): void {
  switch (type.kind) {
    case 'bool':
    case 'uint8':
      builder.addFieldInt8(slot, Number(value), type.default);
      break;
    case 'uint16':
      builder.addFieldInt16(slot, Number(value), type.default);
      break;
    case 'uint32':
      builder.addFieldInt32(slot, Number(value), type.default);
      break;
    case 'uint64':
      builder.addFieldInt64(slot, BigInt(value as string), 0n);
      break;
    default:
      builder.addFieldOffset(slot, offset, 0);
  }
}
