import { bytes, hex, text, u64 } from './bytes.ts';
import { message } from './control-messages.ts';
import { type Exchange, type Reply, toHost, toPlugin, violation } from './exchange.ts';
import { COMPRESSED, CONT, DOWN, MORE, SHARED, UP, V2, type V2Frame } from './frames.ts';

const {
  CALL,
  RESPONSE,
  ERROR,
  CANCEL,
  PING,
  PONG,
  MESSAGE,
  END,
  CREDIT,
  GOAWAY,
  RELEASE,
  DESCRIBE,
  DESCRIPTION,
} = V2;

const call = (stream: number, data = 'hello', arg = 0): V2Frame => ({
  type: CALL,
  stream,
  arg,
  body: text(data),
});
const response = (stream: number, data: string): V2Frame => ({ type: RESPONSE, stream, body: text(data) });
const ping = (arg: number): V2Frame => ({ type: PING, arg });
const failure = (stream: number, code: number): V2Frame => ({
  type: ERROR,
  stream,
  body: message('PluginError', { code, message: 'boom', origin: 1 }),
});
const goaway = (code: number): V2Frame => ({
  type: GOAWAY,
  body: message('PluginError', { code, message: 'bye', origin: 2 }),
});

const echoed = (stream: number, data = 'hello'): Reply => ({
  types: [RESPONSE],
  stream,
  body: bytes(text(data)),
});
const pong = (arg: number): Reply => ({ types: [PONG], stream: 0, arg });
const fails = (stream: number, code: number): Reply => ({ types: [ERROR], stream, code });
const settled = (stream: number, data: string) => ({ stream, body: bytes(text(data)) });

const CANCELLED = 0xf001;
const DEADLINE_EXCEEDED = 0xf002;
const UNAVAILABLE = 0xf003;
const UNIMPLEMENTED = 0xf005;
const INVALID_PAYLOAD = 0xf006;
const INTERNAL = 0xf007;

const range = Buffer.concat([u64(0n), u64(8n)]);
const held = { handler: 'hold' } as const;

const towardsPlugin: readonly Exchange[] = [
  toPlugin('V2-S1', 'a call', [call(1)], { replies: [echoed(1)] }),
  toPlugin(
    'V2-S1',
    'numbers left out, falling, and at the end of the range',
    [call(9), call(3), call(4_294_967_295)],
    {
      replies: [echoed(9), echoed(3), echoed(4_294_967_295)],
    },
  ),
  toPlugin('V2-S2', 'wrong parity', [call(2)], violation),
  toPlugin('V2-S2', 'DESCRIBE of the wrong parity', [{ type: DESCRIBE, stream: 2 }], violation),
  toPlugin('V2-S2', 'a number that is open', [call(1), call(1)], { ...held, ...violation }),
  toPlugin('V2-S2', 'DESCRIBE on a number that is open', [call(1), { type: DESCRIBE, stream: 1 }], {
    ...held,
    ...violation,
  }),
  ...[CALL, RESPONSE, ERROR, CANCEL, MESSAGE, END, CREDIT, DESCRIBE, DESCRIPTION].map((type) =>
    toPlugin('V2-F6', `type ${type} on stream 0`, [{ type, stream: 0 }], violation),
  ),
  ...[PING, PONG, GOAWAY, RELEASE].map((type) =>
    toPlugin('V2-F6', `type ${type} on a stream`, [{ type, stream: 1 }], violation),
  ),
  toPlugin('V2-F3', 'reserved flag', [{ ...call(1), flags: 64 }], violation),
  ...[PING, CANCEL, END, CREDIT, GOAWAY, DESCRIBE, ERROR].map((type) =>
    toPlugin(
      'V2-F4',
      `MORE on type ${type}`,
      [{ type, flags: MORE, stream: type === PING || type === GOAWAY ? 0 : 1, body: u64(0n) }],
      violation,
    ),
  ),
  toPlugin('V2-F4', 'UP on RESPONSE', [{ type: RESPONSE, flags: UP, stream: 1 }], violation),
  toPlugin('V2-F4', 'DOWN on MESSAGE', [{ type: MESSAGE, flags: DOWN, stream: 1 }], violation),
  toPlugin('V2-F4', 'CONT on CANCEL', [{ type: CANCEL, flags: CONT, stream: 1 }], violation),
  toPlugin('V2-F4', 'COMPRESSED, not agreed on', [{ ...call(1), flags: COMPRESSED }], violation),
  toPlugin(
    'V2-F4',
    'SHARED, not agreed on',
    [{ type: CALL, flags: SHARED, stream: 1, body: range }],
    violation,
  ),
  toPlugin(
    'V2-F5',
    'unknown types below 0x80 are skipped',
    [
      { type: 0, stream: 1, body: text('x') },
      { type: 1, body: text('x') },
      { type: 2, body: text('x') },
      { type: 16, flags: 0x3f, stream: 2, body: text('future') },
      { type: 0x7f, flags: CONT, stream: 5 },
      call(1),
    ],
    { replies: [echoed(1)] },
  ),
  toPlugin('V2-F5', 'unknown type 0x80', [{ type: 0x80 }], violation),
  toPlugin('V2-F5', 'unknown type 0xff', [{ type: 0xff, stream: 1 }], violation),
  toPlugin(
    'V2-F7',
    'arg and body where none belong',
    [{ type: PING, arg: 5, body: text('x') }, call(1), { type: CANCEL, stream: 1, arg: 9, body: text('x') }],
    { ...held, replies: [pong(5), fails(1, CANCELLED)] },
  ),
  toPlugin('V2-F8', 'metadata where nobody wants it', [{ type: PING, arg: 5, metadata: text('junk') }], {
    replies: [pong(5)],
  }),
  toPlugin('V2-F8', 'metadata that is no CallMeta', [{ ...call(1), metadata: text('junk') }, call(3)], {
    replies: [fails(1, INVALID_PAYLOAD), echoed(3)],
  }),
  toPlugin(
    'V2-S3',
    'frames for streams that are not open',
    [
      response(7, 'x'),
      failure(7, 1),
      { type: CANCEL, stream: 7 },
      { type: MESSAGE, stream: 7, body: text('x') },
      { type: END, stream: 7 },
      { type: CREDIT, stream: 7, arg: 1 },
      { type: DESCRIPTION, stream: 7, body: message('Description', {}) },
      response(2, 'x'),
      call(7),
    ],
    { replies: [echoed(7)] },
  ),
  toPlugin(
    'V2-S3',
    'answers to what is the plugin’s to answer',
    [call(1), response(1, 'x'), failure(1, 1), ping(3)],
    {
      ...held,
      replies: [pong(3)],
    },
  ),
  toPlugin('V2-S8', 'MESSAGE on a unary call', [call(1), { type: MESSAGE, stream: 1, body: text('x') }], {
    ...held,
    ...violation,
  }),
  toPlugin('V2-S8', 'END on a unary call', [call(1), { type: END, stream: 1 }], { ...held, ...violation }),
  toPlugin(
    'V2-S10',
    'a stream where none was agreed on',
    [
      { ...call(1), flags: UP | DOWN },
      { type: MESSAGE, stream: 1, body: text('x') },
      { type: END, stream: 1 },
      call(3),
    ],
    { replies: [fails(1, UNIMPLEMENTED), echoed(3)] },
  ),
  toPlugin('V2-S11', 'as many calls as allowed', [call(1), call(3), ping(1)], {
    ...held,
    receives: { max_concurrent_calls: 2 },
    replies: [pong(1)],
  }),
  toPlugin('V2-S11', 'one call more', [call(1), call(3), call(5)], {
    ...held,
    ...violation,
    receives: { max_concurrent_calls: 2 },
  }),
  toPlugin('V2-S11', 'cancelled calls count', [call(1), { type: CANCEL, stream: 1 }, call(3), call(5)], {
    handler: 'stuck',
    receives: { max_concurrent_calls: 2 },
    ...violation,
  }),
  toPlugin('V2-S14', 'DESCRIBE', [{ type: DESCRIBE, stream: 1 }], {
    replies: [{ types: [DESCRIPTION, ERROR], stream: 1 }],
  }),
  toPlugin('V2-D2', 'a deadline that passes', [call(1, 'hello', 1)], {
    ...held,
    replies: [fails(1, DEADLINE_EXCEEDED)],
  }),
  toPlugin('V2-D4', 'CANCEL', [call(1), { type: CANCEL, stream: 1 }], {
    ...held,
    replies: [fails(1, CANCELLED)],
  }),
  toPlugin(
    'V2-D7',
    'CANCEL twice',
    [call(1), { type: CANCEL, stream: 1 }, { type: CANCEL, stream: 1 }, ping(4)],
    {
      ...held,
      replies: [fails(1, CANCELLED), pong(4)],
    },
  ),
  toPlugin('V2-L1', 'PING while a handler runs', [call(1), ping(4_294_967_295)], {
    ...held,
    replies: [pong(4_294_967_295)],
  }),
  toPlugin('V2-L2', 'PONG that answers nothing', [{ type: PONG, arg: 77 }, call(1)], {
    replies: [echoed(1)],
  }),
  toPlugin('V2-G1', 'GOAWAY does not concern calls of its sender', [goaway(UNAVAILABLE), call(1)], {
    replies: [echoed(1)],
  }),
  toPlugin('V2-G2', 'GOAWAY twice', [goaway(UNAVAILABLE), goaway(UNAVAILABLE), ping(1)], {
    replies: [pong(1)],
  }),
  toPlugin('V2-F10', 'GOAWAY that does not decode', [{ type: GOAWAY, body: text('junk') }], violation),
  toPlugin('V2-Y6', 'RELEASE, not agreed on', [{ type: RELEASE, body: range }], violation),
];

const towardsHost: readonly Exchange[] = [
  toHost('V2-S4', 'a response', [response(1, 'HELLO')], { settles: [settled(1, 'HELLO')] }),
  toHost('V2-S4', 'an empty response', [response(1, '')], { settles: [settled(1, '')] }),
  toHost('V2-S4', 'responses in another order', [response(5, 'c'), response(1, 'a'), response(3, 'b')], {
    calls: 3,
    settles: [settled(5, 'c'), settled(1, 'a'), settled(3, 'b')],
  }),
  toHost(
    'V2-S3',
    'a second answer',
    [response(1, 'first'), response(1, 'second'), failure(1, 1), response(3, 'other')],
    {
      calls: 2,
      settles: [settled(1, 'first'), settled(3, 'other')],
    },
  ),
  toHost(
    'V2-S3',
    'answers to nothing',
    [response(99, 'x'), failure(2, 1), response(2, 'x'), response(1, 'a')],
    {
      settles: [settled(1, 'a')],
    },
  ),
  toHost('V2-E2', 'an application’s own code', [failure(1, 42)], { settles: [{ stream: 1, code: 42 }] }),
  toHost('V2-E2', 'code 0', [failure(1, 0)], { settles: [{ stream: 1, code: 1 }] }),
  toHost('V2-E3', 'a code from the future', [failure(1, 0xf0ff)], {
    settles: [{ stream: 1, code: INTERNAL }],
  }),
  toHost(
    'V2-F10',
    'ERROR that does not decode',
    [{ type: ERROR, stream: 1, body: hex('ffffffff') }],
    violation,
  ),
  toHost('V2-S2', 'a call of the plugin with the host’s parity', [call(3)], violation),
  toHost('V2-F6', 'a call of the plugin on stream 0', [call(0)], violation),
  toHost('V2-S11', 'a call of the plugin, which the host does not take', [call(2), response(1, 'a')], {
    receives: { max_concurrent_calls: 0 },
    replies: [fails(2, UNIMPLEMENTED)],
    settles: [settled(1, 'a')],
  }),
  toHost('V2-S14', 'DESCRIBE by the plugin', [{ type: DESCRIBE, stream: 2 }, ping(1)], {
    receives: { max_concurrent_calls: 0 },
    replies: [fails(2, UNIMPLEMENTED), pong(1)],
  }),
  toHost('V2-S8', 'MESSAGE for a unary call', [{ type: MESSAGE, stream: 1, body: text('x') }], violation),
  toHost('V2-S8', 'END for a unary call', [{ type: END, stream: 1 }], violation),
  toHost(
    'V2-S8',
    'DESCRIPTION for a call',
    [{ type: DESCRIPTION, stream: 1, body: message('Description', {}) }],
    violation,
  ),
  toHost('V2-F3', 'reserved flag', [{ ...response(1, 'a'), flags: 128 }], violation),
  toHost('V2-F4', 'DOWN on RESPONSE', [{ ...response(1, 'a'), flags: DOWN }], violation),
  toHost(
    'V2-F5',
    'an unknown type below 0x80',
    [{ type: 0x40, stream: 1, body: text('x') }, response(1, 'a')],
    {
      settles: [settled(1, 'a')],
    },
  ),
  toHost('V2-F5', 'an unknown type from 0x80', [{ type: 0xc0, stream: 1 }], violation),
  toHost('V2-L1', 'PING while a call is open', [ping(12)], { replies: [pong(12)] }),
  toHost('V2-L2', 'PONG that answers nothing', [{ type: PONG, arg: 12 }, response(1, 'a')], {
    settles: [settled(1, 'a')],
  }),
  toHost('V2-G1', 'GOAWAY, then the answer to what was open', [goaway(UNAVAILABLE), response(1, 'a')], {
    calls: 2,
    settles: [settled(1, 'a')],
  }),
  toHost(
    'V2-M5',
    'what is left of nothing',
    [{ ...response(9, 'x'), flags: CONT | MORE }, response(1, 'a')],
    {
      settles: [settled(1, 'a')],
    },
  ),
];

export const v2Streams = {
  about: 'What arrives on a version 2 connection right after its handshake, and what follows from it.',
  exchanges: [...towardsPlugin, ...towardsHost],
};
