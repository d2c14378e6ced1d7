import { Builder } from 'flatbuffers';
import { Table } from '../table.ts';

/** The control messages of version 1, by the official FlatBuffers library. PROTOCOL.md, section 4.1. */

export interface PluginError {
  readonly code: number;
  readonly message: string;
  readonly retry: boolean;
}

function finish(slots: number, fill: (builder: Builder) => () => void): Buffer {
  const builder = new Builder(128);
  const addFields = fill(builder);
  builder.startObject(slots);
  addFields();
  builder.finish(builder.endObject());
  return Buffer.from(builder.asUint8Array());
}

export function encodeHandshakeRequest(contractHash: string, pluginName: string): Buffer {
  return finish(3, (builder) => {
    const hash = builder.createString(contractHash);
    const name = builder.createString(pluginName);
    return () => {
      builder.addFieldOffset(0, hash, 0);
      builder.addFieldOffset(1, name, 0);
      builder.addFieldInt16(2, 1, 0);
    };
  });
}

export function decodeHandshakeRequest(payload: Uint8Array): { contractHash: string; pluginName: string } {
  const table = Table.root(payload);
  return { contractHash: table.string(0) ?? '', pluginName: table.string(1) ?? '' };
}

export function encodeHandshakeResponse(ok: boolean, error?: string): Buffer {
  return finish(2, (builder) => {
    const text = error === undefined ? 0 : builder.createString(error);
    return () => {
      builder.addFieldInt8(0, Number(ok), 0);
      if (text !== 0) builder.addFieldOffset(1, text, 0);
    };
  });
}

export function decodeHandshakeResponse(payload: Uint8Array): { ok: boolean; error: string | undefined } {
  const table = Table.root(payload);
  return { ok: table.uint8(0) !== 0, error: table.string(1) };
}

/** Ping and Pong. */
export function encodeSeq(seq: bigint): Buffer {
  return finish(1, (builder) => () => builder.addFieldInt64(0, seq, 0n));
}

export function decodeSeq(payload: Uint8Array): bigint {
  return Table.root(payload).uint64(0);
}

export function encodePluginError(error: PluginError): Buffer {
  return finish(3, (builder) => {
    const message = builder.createString(error.message);
    return () => {
      builder.addFieldInt16(0, error.code, 0);
      builder.addFieldOffset(1, message, 0);
      builder.addFieldInt8(2, Number(error.retry), 0);
    };
  });
}

export function decodePluginError(payload: Uint8Array): PluginError {
  const table = Table.root(payload);
  return { code: table.uint16(0), message: table.string(1) ?? '', retry: table.uint8(2) !== 0 };
}

/**
 * The input of a call to `Echo`, in the envelope with the deadline and trace fields (PROTOCOL.md, 3.1):
 * `EchoRequest { input: string; }`.
 */
export function decodeEchoCall(payload: Uint8Array): {
  requestId: bigint;
  type: number;
  input: string | undefined;
} {
  const call = Table.root(payload);
  return { requestId: call.uint64(0), type: call.uint8(4), input: call.table(5)?.string(0) };
}

/** `EchoResponse { output: string; }` in its envelope. */
export function encodeEchoResponse(requestId: bigint, output: string): Buffer {
  return finish(3, (builder) => {
    const text = builder.createString(output);
    builder.startObject(1);
    builder.addFieldOffset(0, text, 0);
    const response = builder.endObject();
    return () => {
      builder.addFieldInt64(0, requestId, 0n);
      builder.addFieldInt8(1, 1, 0);
      builder.addFieldOffset(2, response, 0);
    };
  });
}

/** `EchoRequest { input: string; }` in its envelope. */
export function encodeEchoCall(requestId: bigint, input: string): Buffer {
  return finish(6, (builder) => {
    const text = builder.createString(input);
    builder.startObject(1);
    builder.addFieldOffset(0, text, 0);
    const request = builder.endObject();
    return () => {
      builder.addFieldInt64(0, requestId, 0n);
      builder.addFieldInt8(4, 1, 0);
      builder.addFieldOffset(5, request, 0);
    };
  });
}

/** The answer of `Echo`. */
export function decodeEchoResponse(payload: Uint8Array): { requestId: bigint; output: string | undefined } {
  const answer = Table.root(payload);
  return { requestId: answer.uint64(0), output: answer.table(2)?.string(0) };
}
