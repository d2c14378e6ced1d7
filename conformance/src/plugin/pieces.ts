import {
  type MessageName,
  type MessageValue,
  message,
} from '../../../protocol/vectors/generate/control-messages.ts';
import {
  COMPRESSED,
  CONT,
  DOWN,
  MORE,
  SHARED,
  UP,
  V1,
  V2,
  v1Frame,
  v1Header,
  v2Frame,
} from '../../../protocol/vectors/generate/frames.ts';
import type { Piece } from '../suite/suite.ts';

const flagBits: Readonly<Record<string, number>> = { COMPRESSED, SHARED, UP, MORE, CONT, DOWN };
const v1Messages: Readonly<Record<string, MessageName>> = {
  HANDSHAKE_REQUEST: 'HandshakeRequest',
  HANDSHAKE_RESPONSE: 'HandshakeResponse',
  PLUGIN_ERROR: 'PluginError',
  PING: 'Ping',
  PONG: 'Pong',
};

/** The bytes that a suite describes. */
export function layPiece(piece: Piece): Buffer {
  if ('hex' in piece) return Buffer.from(piece.hex, 'hex');
  if ('repeat' in piece) return Buffer.from(piece.repeat.repeat(piece.times), 'hex');
  if ('v1' in piece) {
    const { v1, message: value, payload = '', length } = piece;
    const name = v1Messages[v1];
    const body =
      value === undefined || name === undefined
        ? Buffer.from(payload, 'hex')
        : message(name, value as MessageValue);
    const type = numberOf(V1, v1);
    return length === undefined ? v1Frame(type, body) : Buffer.concat([v1Header(type, length), body]);
  }
  const { v2, flags = [], body = '', message: value, ...rest } = piece;
  return v2Frame({
    ...rest,
    type: numberOf(V2, v2),
    flags: flags.reduce((bits, flag) => bits | numberOf(flagBits, flag), 0),
    body: value === undefined ? Buffer.from(body, 'hex') : message('PluginError', value as MessageValue),
  });
}

/** A name, or a number that none has. */
export function numberOf(names: Readonly<Record<string, number>>, name: string): number {
  return names[name] ?? Number(name);
}
