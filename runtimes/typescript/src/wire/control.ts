import { type Decoder, type Encoder, encode, Reader, readMessage } from '../codec/index.ts';
import * as codecs from '../control/codecs.ts';

export {
  type AcceptT,
  ErrorOrigin,
  type HandshakeRequestT,
  type HandshakeResponseT,
  type OfferT,
} from '../control/values.ts';

/** A control message as bytes: at `bytes[start, end)`. Throws INVALID_PAYLOAD. */
type FromBytes<Value> = (bytes: Buffer, start: number, end: number) => Value;

export const encodeHandshakeRequest = toBytes(codecs.encodeHandshakeRequest);
export const decodeHandshakeRequest = fromBytes(codecs.decodeHandshakeRequest);
export const encodeHandshakeResponse = toBytes(codecs.encodeHandshakeResponse);
export const decodeHandshakeResponse = fromBytes(codecs.decodeHandshakeResponse);
/** Ping and Pong are the same table. */
export const encodePing = toBytes(codecs.encodePing);
export const decodePing = fromBytes(codecs.decodePing);
export const encodePluginError = toBytes(codecs.encodePluginError);
export const decodePluginError = fromBytes(codecs.decodePluginError);
export const encodeCallMeta = toBytes(codecs.encodeCallMeta);
export const decodeCallMeta = fromBytes(codecs.decodeCallMeta);
export const encodeDescription = toBytes(codecs.encodeDescription);
export const decodeDescription = fromBytes(codecs.decodeDescription);

function toBytes<Value>(encoder: Encoder<Value>): (value: Value) => Buffer {
  return (value) => encode(encoder, value);
}

function fromBytes<Value>(decoder: Decoder<Value>): FromBytes<Value> {
  return (bytes, start, end) => {
    const reader = new Reader();
    reader.reset(bytes, start, end);
    return readMessage(reader, decoder);
  };
}
