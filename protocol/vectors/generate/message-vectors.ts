import { bytes, hex, type Repeat, text, u64 } from './bytes.ts';
import { message } from './control-messages.ts';
import { type Exchange, type Reply, toHost, toPlugin, violation } from './exchange.ts';
import { COMPRESSED, CONT, MORE, UP, V2, type V2Frame } from './frames.ts';

const letters = (times: number): Repeat => ({ repeat: '61', times });

/** The first fragment of a message of `total` bytes. */
const first = (type: number, stream: number, total: bigint, data = ''): V2Frame => ({
  type,
  stream,
  flags: MORE,
  body: Buffer.concat([u64(total), text(data)]),
});
const next = (type: number, stream: number, data: string): V2Frame => ({
  type,
  stream,
  flags: MORE | CONT,
  body: text(data),
});
const last = (type: number, stream: number, data: string): V2Frame => ({
  type,
  stream,
  flags: CONT,
  body: text(data),
});

const { CALL, RESPONSE, ERROR, CANCEL, PING, MESSAGE, END, CREDIT } = V2;

const echoed = (stream: number, data: string): Reply => ({
  types: [RESPONSE],
  stream,
  body: bytes(text(data)),
});
const pong = (arg: number): Reply => ({ types: [V2.PONG], stream: 0, arg });
const cancelled = (stream: number): Reply => ({ types: [ERROR], stream, code: 0xf001 });

const metadata = message('CallMeta', {
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
});
const fourBegun = [1, 3, 5, 7].map((stream) => first(CALL, stream, 10n, 'hello'));

const accepted: readonly Exchange[] = [
  toPlugin('V2-M1', 'two fragments', [first(CALL, 1, 10n, 'hello'), last(CALL, 1, 'world')], {
    replies: [echoed(1, 'helloworld')],
  }),
  toPlugin(
    'V2-M1',
    'five fragments of any length',
    [
      first(CALL, 1, 10n, 'h'),
      next(CALL, 1, 'ell'),
      next(CALL, 1, ''),
      next(CALL, 1, 'oworl'),
      last(CALL, 1, 'd'),
    ],
    { replies: [echoed(1, 'helloworld')] },
  ),
  toPlugin('V2-M4', 'all of it in the first', [first(CALL, 1, 5n, 'hello'), last(CALL, 1, '')], {
    replies: [echoed(1, 'hello')],
  }),
  toPlugin('V2-M4', 'all of it in the last', [first(CALL, 1, 5n), last(CALL, 1, 'hello')], {
    replies: [echoed(1, 'hello')],
  }),
  toPlugin('V2-M4', 'of nothing', [first(CALL, 1, 0n), last(CALL, 1, '')], { replies: [echoed(1, '')] }),
  toPlugin(
    'V2-M2',
    'with metadata and a deadline in the first',
    [
      {
        type: CALL,
        stream: 1,
        flags: MORE,
        arg: 60_000,
        metadata,
        body: Buffer.concat([u64(10n), text('hello')]),
      },
      last(CALL, 1, 'world'),
    ],
    { replies: [echoed(1, 'helloworld')] },
  ),
  toPlugin(
    'V2-M2',
    'arg of a later one is ignored',
    [first(CALL, 1, 5n), { ...last(CALL, 1, 'hello'), arg: 1 }],
    {
      replies: [echoed(1, 'hello')],
    },
  ),
  toPlugin(
    'V2-M6',
    'two messages and a ping by turns',
    [
      first(CALL, 1, 10n, 'hello'),
      first(CALL, 3, 6n, 'HEL'),
      { type: PING, arg: 7 },
      next(CALL, 1, 'wor'),
      last(CALL, 3, 'LO!'),
      last(CALL, 1, 'ld'),
    ],
    { replies: [pong(7), echoed(3, 'HELLO!'), echoed(1, 'helloworld')] },
  ),
  toPlugin(
    'V2-M6',
    'credit in between',
    [first(CALL, 1, 5n), { type: CREDIT, stream: 1, arg: 10 }, last(CALL, 1, 'hello')],
    {
      replies: [echoed(1, 'hello')],
    },
  ),
  toPlugin(
    'V2-M9',
    'four unfinished and a whole one',
    [
      ...fourBegun,
      { type: CALL, stream: 9, body: text('whole') },
      ...[7, 5, 3, 1].map((id) => last(CALL, id, 'world')),
    ],
    { replies: [echoed(9, 'whole'), ...[7, 5, 3, 1].map((id) => echoed(id, 'helloworld'))] },
  ),
  toPlugin(
    'V2-M9',
    'one of four cancelled, a fifth begun',
    [
      ...fourBegun,
      { type: CANCEL, stream: 3 },
      first(CALL, 9, 10n, 'HELLO'),
      last(CALL, 9, 'WORLD'),
      last(CALL, 1, 'world'),
    ],
    { replies: [cancelled(3), echoed(9, 'HELLOWORLD'), echoed(1, 'helloworld')] },
  ),
  toPlugin(
    'V2-M5',
    'CONT for nothing',
    [last(CALL, 1, 'late'), { type: CALL, stream: 1, body: text('hello') }],
    {
      replies: [echoed(1, 'hello')],
    },
  ),
  toPlugin(
    'V2-M5',
    'CONT and MORE for nothing',
    [next(CALL, 5, 'late'), next(RESPONSE, 5, 'late'), { type: PING, arg: 1 }],
    {
      replies: [pong(1)],
    },
  ),
  toPlugin(
    'V2-M5',
    'fragments that come after CANCEL',
    [first(CALL, 1, 10n, 'he'), { type: CANCEL, stream: 1 }, next(CALL, 1, 'llowor'), last(CALL, 1, 'ld')],
    { replies: [cancelled(1)] },
  ),
  toPlugin(
    'V2-M10',
    'exactly the largest body, in one frame',
    [{ type: CALL, stream: 1, length: 1024 }, letters(1024)],
    {
      receives: { max_message_bytes: 1024 },
      replies: [{ types: [RESPONSE], stream: 1, body: bytes(letters(1024)) }],
    },
  ),
  toPlugin(
    'V2-M10',
    'exactly the largest body, in two',
    [first(CALL, 1, 1024n), { type: CALL, stream: 1, flags: CONT, length: 1024 }, letters(1024)],
    {
      receives: { max_message_bytes: 1024 },
      replies: [{ types: [RESPONSE], stream: 1, body: bytes(letters(1024)) }],
    },
  ),
  toHost(
    'V2-M1',
    'response in three fragments',
    [first(RESPONSE, 1, 10n, 'hello'), next(RESPONSE, 1, 'wor'), last(RESPONSE, 1, 'ld')],
    {
      settles: [{ stream: 1, body: bytes(text('helloworld')) }],
    },
  ),
  toHost(
    'V2-M6',
    'two responses by turns',
    [
      first(RESPONSE, 3, 10n, 'HELLO'),
      first(RESPONSE, 1, 10n, 'hello'),
      last(RESPONSE, 3, 'WORLD'),
      last(RESPONSE, 1, 'world'),
    ],
    {
      calls: 2,
      settles: [
        { stream: 3, body: bytes(text('HELLOWORLD')) },
        { stream: 1, body: bytes(text('helloworld')) },
      ],
    },
  ),
  toHost(
    'V2-M7',
    'a response that ends in an error',
    [
      first(RESPONSE, 1, 10n, 'hello'),
      { type: ERROR, stream: 1, body: message('PluginError', { code: 42, message: 'boom', origin: 1 }) },
      last(RESPONSE, 1, 'world'),
    ],
    { settles: [{ stream: 1, code: 42 }] },
  ),
  toPlugin(
    'V2-M5',
    'first fragments of answers and messages that nobody awaits',
    [
      ...[1, 3, 5, 7, 9].map((stream) => first(RESPONSE, stream, 10n, 'hello')),
      ...[1, 3, 5, 7, 9].map((stream) => first(MESSAGE, stream, 10n, 'hello')),
      { type: CALL, stream: 1, body: text('hello') },
    ],
    { replies: [echoed(1, 'hello')] },
  ),
  toHost(
    'V2-M5',
    'first fragments of answers that nobody awaits',
    [
      ...[11, 13, 15, 17, 19].map((stream) => first(RESPONSE, stream, 10n, 'hello')),
      { type: RESPONSE, stream: 1, body: text('hello') },
    ],
    { settles: [{ stream: 1, body: bytes(text('hello')) }] },
  ),
  toHost(
    'V2-M8',
    'a call of the plugin refused at its first fragment',
    [first(CALL, 2, 10n, 'hello'), last(CALL, 2, 'world')],
    {
      receives: { max_concurrent_calls: 0 },
      replies: [{ types: [ERROR], stream: 2, code: 0xf005 }],
    },
  ),
];

const refused: readonly Exchange[] = [
  toPlugin(
    'V2-M1',
    'no room for the total',
    [{ type: CALL, stream: 1, flags: MORE, body: hex('0a000000') }],
    violation,
  ),
  toPlugin('V2-M1', 'an empty first fragment', [{ type: CALL, stream: 1, flags: MORE }], violation),
  toPlugin(
    'V2-M2',
    'metadata in a later fragment',
    [first(CALL, 1, 10n, 'hello'), { ...last(CALL, 1, 'world'), metadata }],
    violation,
  ),
  toPlugin(
    'V2-M2',
    'a flag in a later fragment',
    [first(CALL, 1, 10n, 'hello'), { ...last(CALL, 1, 'world'), flags: CONT | UP }],
    violation,
  ),
  toPlugin(
    'V2-M2',
    'COMPRESSED in a later fragment',
    [first(CALL, 1, 10n, 'hello'), { ...last(CALL, 1, 'world'), flags: CONT | COMPRESSED }],
    violation,
  ),
  toPlugin('V2-M3', 'too much in the first fragment', [first(CALL, 1, 4n, 'hello')], violation),
  toPlugin('V2-M3', 'too much in between', [first(CALL, 1, 8n, 'hello'), next(CALL, 1, 'world')], violation),
  toPlugin('V2-M3', 'too much in the last', [first(CALL, 1, 9n, 'hello'), last(CALL, 1, 'world')], violation),
  toPlugin('V2-M3', 'too little', [first(CALL, 1, 11n, 'hello'), last(CALL, 1, 'world')], violation),
  toPlugin(
    'V2-M6',
    'a message begins twice',
    [first(CALL, 1, 10n, 'hello'), first(CALL, 1, 10n, 'hello')],
    violation,
  ),
  toPlugin(
    'V2-M6',
    'a whole message on the same stream',
    [first(CALL, 1, 10n, 'hello'), { type: CALL, stream: 1, body: text('whole') }],
    violation,
  ),
  toPlugin(
    'V2-M6',
    'another type goes on',
    [first(CALL, 1, 10n, 'hello'), last(MESSAGE, 1, 'world')],
    violation,
  ),
  toPlugin(
    'V2-M6',
    'another type begins',
    [first(CALL, 1, 10n, 'hello'), { type: MESSAGE, stream: 1, body: text('x') }],
    violation,
  ),
  toPlugin(
    'V2-M6',
    'END before the last fragment',
    [first(CALL, 1, 10n, 'hello'), { type: END, stream: 1 }],
    violation,
  ),
  toPlugin('V2-M9', 'a fifth unfinished message', [...fourBegun, first(CALL, 9, 10n, 'hello')], violation),
  toPlugin(
    'V2-M10',
    'a body too large, in one frame',
    [{ type: CALL, stream: 1, length: 1025 }, letters(1025)],
    {
      ...violation,
      receives: { max_message_bytes: 1024 },
    },
  ),
  toPlugin('V2-M10', 'a total too large', [first(CALL, 1, 4_194_305n, 'hello')], violation),
  toPlugin(
    'V2-M10',
    'a total of 2^64 - 1',
    [first(CALL, 1, 18_446_744_073_709_551_615n, 'hello')],
    violation,
  ),
  toPlugin('V2-M10', 'a total of 2^32 + 10', [first(CALL, 1, 4_294_967_306n, 'hello')], violation),
  toHost('V2-M3', 'a response longer than its total', [first(RESPONSE, 1, 4n), last(RESPONSE, 1, 'hello')], {
    ...violation,
    settles: [{ stream: 1, code: 0xf00a }],
  }),
  toHost(
    'V2-M6',
    'a response begins twice',
    [first(RESPONSE, 1, 9n, 'a'), first(RESPONSE, 1, 9n, 'a')],
    violation,
  ),
  toHost(
    'V2-M9',
    'a fifth unfinished response',
    [1, 3, 5, 7, 9].map((stream) => first(RESPONSE, stream, 10n, 'hello')),
    { ...violation, calls: 5 },
  ),
  toHost('V2-M10', 'a response too large', [{ type: RESPONSE, stream: 1, length: 1025 }, letters(1025)], {
    ...violation,
    receives: { max_message_bytes: 1024 },
  }),
  toHost('V2-M10', 'a total too large for the host', [first(RESPONSE, 1, 1025n)], {
    ...violation,
    receives: { max_message_bytes: 1024 },
  }),
];

export const v2Messages = {
  about: 'Messages in fragments: valid interleavings, and what breaks the connection.',
  exchanges: [...accepted, ...refused],
};
