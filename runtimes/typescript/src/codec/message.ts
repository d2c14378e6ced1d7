import { Reader } from './reader.ts';
import { Writer } from './writer.ts';

/** A generated encoder of one table: writes the value and enters its offset at `slot`. Depth 1 is the root. */
export type Encoder<Value> = (writer: Writer, slot: number, value: Value, depth: number) => void;

/** A generated decoder of one table, which lies at `at`. Depth 1 is the root. */
export type Decoder<Value> = (reader: Reader, at: number, depth: number) => Value;

/** Appends a value as one message at the writer's position. Throws INVALID_PAYLOAD, the position then being where it was. */
export function writeMessage<Value>(writer: Writer, encoder: Encoder<Value>, value: Value): void {
  const start = writer.begin();
  try {
    encoder(writer, start, value, 1);
  } catch (error) {
    writer.position = start;
    throw error;
  }
}

/** Reads the one message that the reader was reset to. Throws INVALID_PAYLOAD. */
export function readMessage<Value>(reader: Reader, decoder: Decoder<Value>): Value {
  return decoder(reader, reader.root(), 1);
}

/** Encodes a value as a message of its own. Throws INVALID_PAYLOAD. */
export function encode<Value>(encoder: Encoder<Value>, value: Value): Buffer {
  const writer = new Writer(256);
  writeMessage(writer, encoder, value);
  return writer.bytes.subarray(0, writer.position);
}

/** Decodes a message, which has to be all of `bytes`. What it returns shares no memory with them. Throws INVALID_PAYLOAD. */
export function decode<Value>(decoder: Decoder<Value>, bytes: Uint8Array): Value {
  const reader = new Reader();
  reader.reset(
    Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  );
  return readMessage(reader, decoder);
}
