import type { MessageName } from '../../../protocol/vectors/generate/control-messages.ts';
import { MORE, V1, V2 } from '../../../protocol/vectors/generate/frames.ts';
import { codeName } from './code-name.ts';
import { decodeControl } from './decode-control.ts';
import { flagsText, v1TypeName, v2TypeName } from './frame-names.ts';

const shownBytes = 48;

const v1Messages: Readonly<Record<number, MessageName>> = {
  [V1.HANDSHAKE_REQUEST]: 'HandshakeRequest',
  [V1.HANDSHAKE_RESPONSE]: 'HandshakeResponse',
  [V1.PLUGIN_ERROR]: 'PluginError',
  [V1.PING]: 'Ping',
  [V1.PONG]: 'Pong',
};
const v2Messages: Readonly<Record<number, MessageName>> = {
  [V2.ERROR]: 'PluginError',
  [V2.GOAWAY]: 'PluginError',
  [V2.DESCRIPTION]: 'Description',
};

/** What a connection speaks. It is decided by the plugin's answer to the handshake. */
export class Conversation {
  version: 1 | 2 = 1;
}

/** Takes the bytes of one direction of a connection, and gives each frame as a line of text. */
export class Dissector {
  readonly #conversation: Conversation;
  #unread: Buffer = Buffer.alloc(0);
  #isLost = false;

  constructor(conversation: Conversation) {
    this.#conversation = conversation;
  }

  push(chunk: Uint8Array): string[] {
    const lines: string[] = [];
    this.#unread = Buffer.concat([this.#unread, chunk]);
    while (this.#unread.length > 0) {
      const line = this.#isLost ? undefined : this.#next();
      if (line === undefined) break;
      lines.push(line);
    }
    return lines;
  }

  /** What is left where a connection ends within a frame. */
  end(): string[] {
    return this.#unread.length === 0
      ? []
      : [`${this.#unread.length} bytes of no frame: ${hex(this.#unread)}`];
  }

  /** One frame; undefined while it is not whole. */
  #next(): string | undefined {
    // Bytes that are no version 1 frame before version 2 is agreed on are a peer's mischief, or its end.
    return this.#conversation.version === 1 ? this.#nextV1() : this.#nextV2();
  }

  #nextV1(): string | undefined {
    const magic = this.#unread.toString('latin1', 0, 4);
    if (!'PLGN'.startsWith(magic)) {
      this.#isLost = true;
      return undefined;
    }
    if (this.#unread.length < 9) return undefined;
    const length = this.#unread.readUInt32LE(4);
    if (this.#unread.length < 9 + length) return undefined;
    const type = this.#unread.readUInt8(8);
    const payload = this.#take(9, length);
    const name = v1Messages[type];
    if (name === undefined) return `${v1TypeName(type)} (${length} bytes)${bodyText(payload)}`;
    const value = decodeControl(name, payload);
    if (type === V1.HANDSHAKE_RESPONSE && value?.ok === true && isObject(value.accept)) {
      if (value.accept.version === 2) this.#conversation.version = 2;
    }
    return `${v1TypeName(type)} (${length} bytes) ${controlText(value, payload)}`;
  }

  #nextV2(): string | undefined {
    if (this.#unread.length < 16) return undefined;
    const header = this.#unread.subarray(0, 16);
    const length = header.readUInt32LE(0);
    if (this.#unread.length < 16 + length) return undefined;
    const payload = this.#take(16, length);
    const type = header.readUInt8(4);
    const flags = header.readUInt8(5);
    const meta = header.readUInt16LE(6);
    const body = payload.subarray(meta);
    const parts = [v2TypeName(type)];
    if (header.readUInt32LE(8) !== 0) parts.push(`stream ${header.readUInt32LE(8)}`);
    if (header.readUInt32LE(12) !== 0) parts.push(`arg ${header.readUInt32LE(12)}`);
    if (flags !== 0) parts.push(flagsText(flags));
    if (meta !== 0)
      parts.push(`metadata ${JSON.stringify(decodeControl('CallMeta', payload.subarray(0, meta)))}`);
    if ((flags & MORE) !== 0 && body.length >= 8) parts.push(`${body.readBigUInt64LE(0)} bytes in all`);
    if (body.length > 0) parts.push(`(${body.length} bytes)`);
    const name = v2Messages[type];
    const text = name === undefined ? bodyText(body) : ` ${controlText(decodeControl(name, body), body)}`;
    return parts.join(' ') + text;
  }

  #take(header: number, length: number): Buffer {
    const payload = this.#unread.subarray(header, header + length);
    this.#unread = this.#unread.subarray(header + length);
    return payload;
  }
}

function controlText(value: ReturnType<typeof decodeControl>, payload: Buffer): string {
  if (value === undefined) return `does not decode: ${hex(payload)}`;
  const named = typeof value.code === 'number' ? { ...value, code: codeName(value.code) } : value;
  return JSON.stringify(named);
}

function bodyText(body: Buffer): string {
  return body.length === 0 ? '' : ` ${hex(body)}`;
}

function hex(bytes: Buffer): string {
  const shown = bytes.toString('hex', 0, shownBytes);
  return bytes.length > shownBytes ? `${shown}...` : shown;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
