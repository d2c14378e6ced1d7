import { type Bytes, bytes, hex, type Repeat, text, u64 } from './bytes.ts';
import { CONTRACT_HASH } from './control-message-vectors.ts';
import { message } from './control-messages.ts';
import {
  COMPRESSED,
  CONT,
  DOWN,
  MORE,
  PROTOCOL_VIOLATION,
  SHARED,
  UP,
  V1,
  V2,
  type V2Frame,
  v1Frame,
  v1Header,
  v2Frame,
} from './frames.ts';

/** How a reader starts: with a handshake, or already in a version. */
type Mode = 'handshake' | 'v1' | 'v2';

interface Expected {
  readonly type: number;
  readonly flags?: number;
  readonly stream?: number;
  readonly arg?: number;
  readonly metadata?: Bytes;
  readonly payload?: Bytes;
  readonly body?: Bytes;
}

interface FrameVector {
  readonly name: string;
  readonly mode: Mode;
  readonly bytes: Bytes;
  /** What comes out, before the error where there is one. */
  readonly frames: readonly Expected[];
  /** True where the bytes end inside a frame. */
  readonly incomplete?: boolean;
  readonly error?: { readonly code: number; readonly rule: string };
}

const mib = 1_048_576;
const letters = (times: number): Repeat => ({ repeat: '61', times });

function v1(name: string, type: number, payload: Uint8Array, mode: Mode = 'v1'): FrameVector {
  return { name, mode, bytes: bytes(v1Frame(type, payload)), frames: [{ type, payload: bytes(payload) }] };
}

function v1Long(name: string, mode: Mode, type: number, length: number): FrameVector {
  return {
    name,
    mode,
    bytes: bytes(v1Header(type, length), letters(length)),
    frames: [{ type, payload: bytes(letters(length)) }],
  };
}

const request = message('HandshakeRequest', { contract_hash: CONTRACT_HASH, plugin_name: 'echo' });
const ping = message('Ping', { seq: '1' });

const version1: readonly FrameVector[] = [
  v1('handshake request', V1.HANDSHAKE_REQUEST, request, 'handshake'),
  v1('handshake response', V1.HANDSHAKE_RESPONSE, message('HandshakeResponse', { ok: true }), 'handshake'),
  v1('call request', V1.CALL_REQUEST, text('hello')),
  v1('call request, empty', V1.CALL_REQUEST, Buffer.alloc(0)),
  v1('call response', V1.CALL_RESPONSE, text('HELLO')),
  v1('plugin error', V1.PLUGIN_ERROR, message('PluginError', { code: 1, message: 'boom' })),
  v1('cancel', V1.CANCEL, Buffer.alloc(0)),
  v1('ping', V1.PING, ping),
  v1('pong', V1.PONG, message('Pong', { seq: '1' })),
  v1('payload that looks like a frame', V1.CALL_REQUEST, v1Frame(V1.PING, ping)),
  v1Long('the longest payload', 'v1', V1.CALL_REQUEST, 4 * mib),
  v1Long('the longest payload of a handshake', 'handshake', V1.HANDSHAKE_REQUEST, 65_536),
  {
    name: 'three frames in one read',
    mode: 'v1',
    bytes: bytes(v1Frame(V1.CALL_REQUEST, text('one')), v1Frame(V1.CANCEL), v1Frame(V1.PING, ping)),
    frames: [
      { type: V1.CALL_REQUEST, payload: bytes(text('one')) },
      { type: V1.CANCEL, payload: '' },
      { type: V1.PING, payload: bytes(ping) },
    ],
  },
];

function v2(name: string, frame: V2Frame): FrameVector {
  return { name, mode: 'v2', bytes: bytes(v2Frame(frame)), frames: [expected(frame)] };
}

function expected(frame: V2Frame): Expected {
  return {
    type: frame.type,
    flags: frame.flags ?? 0,
    stream: frame.stream ?? 0,
    arg: frame.arg ?? 0,
    metadata: bytes(frame.metadata ?? Buffer.alloc(0)),
    body: bytes(frame.body ?? Buffer.alloc(0)),
  };
}

const why = message('PluginError', { code: 0xf003, message: 'shutting down', origin: 2 });
const callMeta = message('CallMeta', {
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
});
const range = Buffer.concat([u64(4096n), u64(1_000_000n)]);
const several: readonly V2Frame[] = [
  { type: V2.CALL, stream: 3, body: text('two') },
  { type: V2.PING, arg: 9 },
  { type: V2.RESPONSE, stream: 2, body: text('') },
];

const version2: readonly FrameVector[] = [
  v2('call', { type: V2.CALL, stream: 1, arg: 30_000, body: text('hello') }),
  v2('call, no deadline, empty body', { type: V2.CALL, stream: 1 }),
  v2('call with metadata', { type: V2.CALL, stream: 1, arg: 1, metadata: callMeta, body: text('hello') }),
  v2('call, metadata and nothing else', { type: V2.CALL, stream: 1, metadata: callMeta }),
  v2('call of a streaming method', { type: V2.CALL, flags: UP | DOWN, stream: 7, body: text('hello') }),
  v2('call by the plugin', { type: V2.CALL, stream: 2, body: text('hello') }),
  v2('call on the last odd stream', {
    type: V2.CALL,
    stream: 4_294_967_295,
    arg: 4_294_967_295,
    body: text('x'),
  }),
  v2('call, first fragment', {
    type: V2.CALL,
    flags: MORE,
    stream: 1,
    arg: 500,
    metadata: callMeta,
    body: Buffer.concat([u64(10n), text('hello')]),
  }),
  v2('call, last fragment', { type: V2.CALL, flags: CONT, stream: 1, body: text('world') }),
  v2('call in shared memory', { type: V2.CALL, flags: SHARED, stream: 1, body: range }),
  v2('response', { type: V2.RESPONSE, stream: 1, body: text('HELLO') }),
  v2('response, compressed', { type: V2.RESPONSE, flags: COMPRESSED, stream: 1, body: hex('05000000 00') }),
  v2('error', {
    type: V2.ERROR,
    stream: 1,
    body: message('PluginError', { code: 42, message: 'boom', origin: 1 }),
  }),
  v2('cancel', { type: V2.CANCEL, stream: 1 }),
  v2('ping', { type: V2.PING, arg: 4_294_967_295 }),
  v2('pong', { type: V2.PONG, arg: 4_294_967_295 }),
  v2('message', { type: V2.MESSAGE, stream: 7, body: text('one') }),
  v2('message between fragments', { type: V2.MESSAGE, flags: MORE | CONT, stream: 7, body: text('more') }),
  v2('end', { type: V2.END, stream: 7 }),
  v2('credit', { type: V2.CREDIT, stream: 7, arg: 800_128 }),
  v2('goaway', { type: V2.GOAWAY, body: why }),
  v2('release', { type: V2.RELEASE, body: range }),
  v2('describe', { type: V2.DESCRIBE, stream: 9 }),
  v2('description', {
    type: V2.DESCRIPTION,
    stream: 9,
    body: message('Description', { schema: 'namespace echo;\n', contract_hash: CONTRACT_HASH }),
  }),
  v2('unknown type below 0x80', {
    type: 0x7f,
    flags: 0x3f,
    stream: 5,
    arg: 1,
    body: text('from the future'),
  }),
  {
    name: 'the longest payload',
    mode: 'v2',
    bytes: bytes(v2Frame({ type: V2.CALL, stream: 1, length: mib }), letters(mib)),
    frames: [{ type: V2.CALL, flags: 0, stream: 1, arg: 0, metadata: '', body: bytes(letters(mib)) }],
  },
  {
    name: 'the longest metadata',
    mode: 'v2',
    bytes: bytes(
      v2Frame({ type: V2.CALL, stream: 1, length: 65_538, meta: 65_535 }),
      letters(65_535),
      text('ok!'),
    ),
    frames: [
      {
        type: V2.CALL,
        flags: 0,
        stream: 1,
        arg: 0,
        metadata: bytes(letters(65_535)),
        body: bytes(text('ok!')),
      },
    ],
  },
  {
    name: 'three frames in one read',
    mode: 'v2',
    bytes: bytes(...several.map(v2Frame)),
    frames: several.map(expected),
  },
];

function broken(mode: Mode, name: string, rule: string, ...laid: readonly Uint8Array[]): FrameVector {
  return { name, mode, bytes: bytes(...laid), frames: [], error: { code: PROTOCOL_VIOLATION, rule } };
}

const goodV1 = v1Frame(V1.CALL_REQUEST, text('hello'));
const goodV2: V2Frame = { type: V2.CALL, stream: 1, body: text('hello') };

const malformed: readonly FrameVector[] = [
  broken('handshake', 'one wrong byte', 'V1-F1', hex('00')),
  broken('handshake', 'wrong at the fourth byte', 'V1-F1', text('PLGX')),
  broken('handshake', 'an HTTP request', 'V1-F1', text('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')),
  broken('handshake', 'a TLS hello', 'V1-F1', hex('16030100c8010000c40303')),
  broken('handshake', 'a version 2 frame', 'V1-F1', v2Frame({ type: V2.PING, arg: 1 })),
  broken('handshake', 'one byte above the limit', 'V1-F3', v1Header(V1.HANDSHAKE_REQUEST, 65_537)),
  broken('handshake', 'a length of 2^32 - 1', 'V1-F3', v1Header(V1.HANDSHAKE_REQUEST, 0xffff_ffff)),
  broken('v1', 'wrong magic', 'V1-F1', hex('504c474f0000000003')),
  broken('v1', 'one byte above the limit', 'V1-F2', v1Header(V1.CALL_REQUEST, 4 * mib + 1)),
  broken('v1', 'a length of 2^32 - 1', 'V1-F2', v1Header(V1.CALL_REQUEST, 0xffff_ffff)),
  broken('v1', 'a version 2 frame', 'V1-F1', v2Frame(goodV2)),
  {
    ...broken('v1', 'a frame and then garbage', 'V1-F1', goodV1, text('garbage')),
    frames: [{ type: V1.CALL_REQUEST, payload: bytes(text('hello')) }],
  },
  broken('v2', 'one byte above the limit', 'V2-F1', v2Frame({ ...goodV2, length: mib + 1 })),
  broken('v2', 'a length of 2^32 - 1', 'V2-F1', v2Frame({ ...goodV2, length: 0xffff_ffff })),
  broken('v2', 'a version 1 frame', 'V2-F1', v1Frame(V1.CALL_REQUEST, text('hello world'))),
  broken('v2', 'metadata longer than the payload', 'V2-F2', v2Frame({ ...goodV2, meta: 6 })),
  broken('v2', 'metadata in an empty payload', 'V2-F2', v2Frame({ type: V2.PING, meta: 1 })),
  broken('v2', 'reserved flag 64', 'V2-F3', v2Frame({ ...goodV2, flags: 64 })),
  broken('v2', 'reserved flag 128', 'V2-F3', v2Frame({ ...goodV2, flags: 128 })),
  broken('v2', 'reserved flag on a ping', 'V2-F3', v2Frame({ type: V2.PING, flags: 64 })),
  broken('v2', 'reserved flag on an unknown type', 'V2-F3', v2Frame({ type: 0x20, flags: 128 })),
  {
    ...broken('v2', 'a frame and then garbage', 'V2-F1', v2Frame(goodV2), text('garbage garbage!')),
    frames: [expected(goodV2)],
  },
];

function cut(mode: Mode, name: string, laid: Uint8Array): FrameVector {
  return { name, mode, bytes: bytes(laid), frames: [], incomplete: true };
}

const incomplete: readonly FrameVector[] = [
  cut('handshake', 'half of the magic', text('PL')),
  cut('handshake', 'a header and silence', v1Header(V1.HANDSHAKE_REQUEST, 65_536)),
  cut('v1', 'all of the header but a byte', v1Header(V1.CALL_REQUEST, 0).subarray(0, 8)),
  cut('v1', 'half a frame', goodV1.subarray(0, 11)),
  cut('v1', 'a header of 4 MiB and silence', v1Header(V1.CALL_REQUEST, 4 * mib)),
  cut('v2', 'half a header', v2Frame(goodV2).subarray(0, 7)),
  cut('v2', 'a frame without its last byte', v2Frame(goodV2).subarray(0, 20)),
  {
    name: 'a frame and half of another',
    mode: 'v2',
    bytes: bytes(v2Frame(goodV2), v2Frame(goodV2).subarray(0, 18)),
    frames: [expected(goodV2)],
    incomplete: true,
  },
];

export const v1Frames = {
  about: 'Version 1 frames of every type, at and around the limits.',
  frames: version1,
};

export const v2Frames = {
  about:
    'Version 2 frames of every type, at and around the limits. Framing only: whether a type takes a flag is not asked.',
  frames: version2,
};

export const malformedFrames = {
  about:
    'Bytes that break framing, with the error due, and bytes that end inside a frame. No error may wait for more bytes than stand here.',
  malformed,
  incomplete,
};
