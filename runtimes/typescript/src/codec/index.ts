/** What generated code stands on: `pluginart/codec`. It loads no sockets and no processes. */
export {
  type CallEnvelope,
  type CallHead,
  CallRequestEnvelope,
  type CallRequestSlots,
  CallResponseEnvelope,
  type CallResponseSlots,
} from './envelope.ts';
export { requireHandlers } from './handlers.ts';
export { missingField, wrongUnionType, wrongValue } from './invalid.ts';
export { MAX_DEPTH } from './max-depth.ts';
export { type Decoder, decode, type Encoder, encode, readMessage, writeMessage } from './message.ts';
export { Reader } from './reader.ts';
export { streamingMethod, streamingNotCallable } from './streaming.ts';
export { TableLayout } from './table-layout.ts';
export * from './vector-readers.ts';
export * from './vector-writers.ts';
export { openCallRequest, openCallResponse, type Verifier } from './verified-call.ts';
export { Writer } from './writer.ts';
