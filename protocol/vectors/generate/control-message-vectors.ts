import { type Bytes, bytes, hex } from './bytes.ts';
import { type MessageName, type MessageValue, message } from './control-messages.ts';
import { INVALID_PAYLOAD } from './frames.ts';

export const CONTRACT_HASH = 'sha256:094f99745014e0e307ad2b73394a45887059d3ce7fcda59fbd741f77e7904a14';
export const OTHER_CONTRACT_HASH = 'sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';

interface Valid {
  readonly name: string;
  readonly message: MessageName;
  readonly bytes: Bytes;
  readonly value: MessageValue;
}

interface Invalid {
  readonly name: string;
  readonly message: MessageName;
  readonly bytes: Bytes;
  readonly error: { readonly code: number; readonly rule: string };
}

const offer: MessageValue = {
  versions: [2, 3],
  features: ['streams', 'not-yet-invented'],
  nonce: 'a0a1a2a3a4a5a6a7a8a9aaabacadaeaf',
  proof: '00'.repeat(32),
  max_message_bytes: 1024,
  max_concurrent_calls: 0,
  stream_window: 2147483647,
  compressions: ['zstd', 'gzip'],
  shared_memory: {
    to_plugin: '/dev/shm/p/to-plugin',
    to_host: '/dev/shm/p/to-host',
    size: '18446744073709551615',
  },
  runtime: 'pluginart-ts/0.1.0',
  host_contract_hash: OTHER_CONTRACT_HASH,
};

const accept: MessageValue = {
  version: 2,
  features: ['streams'],
  proof: 'ff'.repeat(32),
  max_message_bytes: 4294967295,
  max_concurrent_calls: 1,
  stream_window: 1,
  compression: 'zstd',
  shared_memory: true,
  runtime: 'pluginart-py/0.1.0',
  contract_hash: CONTRACT_HASH,
};

const request = { contract_hash: CONTRACT_HASH, plugin_name: 'echo' };

function valid(name: string, type: MessageName, value: MessageValue, forceDefaults = false): Valid {
  return { name, message: type, bytes: bytes(message(type, value, forceDefaults)), value };
}

const messages: readonly Valid[] = [
  valid('request, version 1', 'HandshakeRequest', request),
  valid('request, every default written out', 'HandshakeRequest', { ...request, protocol_version: 1 }, true),
  valid('request with an empty name', 'HandshakeRequest', { ...request, plugin_name: '' }),
  valid('request with an empty offer', 'HandshakeRequest', { ...request, offer: {} }),
  valid('request with the least offer', 'HandshakeRequest', { ...request, offer: { versions: [2] } }),
  valid('request with everything', 'HandshakeRequest', { ...request, offer }),
  valid('response, accepted in version 1', 'HandshakeResponse', { ok: true }),
  valid('response, refused in version 1', 'HandshakeResponse', {
    ok: false,
    error: 'contract hash mismatch',
  }),
  valid('response, refused with a code', 'HandshakeResponse', {
    ok: false,
    error: 'contract hash mismatch',
    code: 0xf009,
    accept: { contract_hash: OTHER_CONTRACT_HASH, runtime: 'pluginart-go/0.1.0' },
  }),
  valid('response with the least accept', 'HandshakeResponse', { ok: true, accept: { version: 2 } }),
  valid('response with everything', 'HandshakeResponse', { ok: true, accept }),
  valid('response, all absent', 'HandshakeResponse', {}),
  valid('ping 0', 'Ping', {}),
  valid('ping 0, written out', 'Ping', { seq: '0' }, true),
  valid('ping 2^53 + 1', 'Ping', { seq: '9007199254740993' }),
  valid('pong 2^64 - 1', 'Pong', { seq: '18446744073709551615' }),
  valid('error, message alone', 'PluginError', { message: '' }),
  valid('error with everything', 'PluginError', {
    code: 0xf003,
    message: 'später, 世界 🌍',
    retry: true,
    origin: 2,
    details: '00ff10',
  }),
  valid('error of an unknown origin', 'PluginError', { code: 7, message: 'x', origin: 200 }),
  valid('error with empty details', 'PluginError', { code: 1, message: 'x', details: '' }),
  valid('metadata, empty', 'CallMeta', {}),
  valid('metadata with everything', 'CallMeta', {
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    tracestate: 'rojo=00f067aa0ba902b7',
    baggage: 'userId=alice',
    entries: [{ key: 'tenant', value: 'grün' }, { key: 'empty', value: '' }, { key: 'absent' }],
  }),
  valid('description, empty', 'Description', {}),
  valid('description', 'Description', {
    schema: 'namespace echo;\n',
    contract_hash: CONTRACT_HASH,
    runtime: 'pluginart-ts/0.1.0',
  }),
  {
    name: 'table before its vtable, nothing aligned',
    message: 'PluginError',
    // Root at 5, its vtable at 15, message at 23.
    bytes: bytes(hex('05000000 ff f6ffffff 0e000000 0100 0800 0a00 0800 0400 01000000 7800')),
    value: { code: 1, message: 'x' },
  },
  {
    name: 'slots that nobody knows yet, and bytes that nothing points to',
    message: 'Ping',
    // The vtable has three slots; the table holds seq and a uint32 in the third.
    bytes: bytes(hex('10000000 0000 0a00 1000 0400 0000 0c00 0a000000 0700000000000000 63000000 deadbeef')),
    value: { seq: '7' },
  },
];

/** A whole one, `{ seq: 1 }`: root at 12, vtable at 6, seq at 16. */
const ping = hex('0c000000 0000 0600 0c00 0400 06000000 0100000000000000');
/** A whole one, `{ code: 1, message: "boom" }`: root at 12, vtable at 4, string at 24. */
const error = hex('0c000000 0800 0c00 0a00 0400 08000000 08000000 0000 0100 04000000 626f6f6d 00000000');

/** The bytes with other ones at `at`. */
function patched(whole: Buffer, at: number, by: string): Buffer {
  const copy = Buffer.from(whole);
  copy.set(hex(by), at);
  return copy;
}

/** The bytes with `from`, which must occur once, replaced by `to` of the same length. */
function replaced(whole: Buffer, from: string, to: string): Buffer {
  const at = whole.indexOf(hex(from));
  if (at < 0 || whole.indexOf(hex(from), at + 1) >= 0) throw new Error(`${from} does not occur just once`);
  return patched(whole, at, to);
}

function invalid(name: string, type: MessageName, laid: Uint8Array, rule: string): Invalid {
  return { name, message: type, bytes: bytes(laid), error: { code: INVALID_PAYLOAD, rule } };
}

const utf8 = (name: string, fourBytes: string): Invalid =>
  invalid(`string of invalid UTF-8: ${name}`, 'PluginError', patched(error, 28, fourBytes), 'FB4');

const offering = (value: MessageValue): Buffer => message('HandshakeRequest', { ...request, offer: value });

const malformed: readonly Invalid[] = [
  invalid('empty', 'Ping', hex(''), 'FB2'),
  invalid('three bytes', 'Ping', hex('000000'), 'FB2'),
  invalid('four bytes, root at 0', 'Ping', hex('00000000'), 'FB2'),
  invalid('root far outside', 'Ping', patched(ping, 0, 'ffffffff'), 'FB2'),
  invalid('root at the end', 'Ping', patched(ping, 0, '18000000'), 'FB2'),
  invalid('root two bytes before the end', 'Ping', patched(ping, 0, '16000000'), 'FB2'),
  invalid('vtable before the buffer', 'Ping', patched(ping, 12, '64000000'), 'FB2'),
  invalid('vtable behind the buffer', 'Ping', patched(ping, 12, '9cffffff'), 'FB2'),
  invalid('vtable on the last byte', 'Ping', patched(ping, 12, 'f5ffffff'), 'FB2'),
  invalid('vtable of an odd length', 'Ping', patched(ping, 6, '0700'), 'FB2'),
  invalid('vtable of length 2', 'Ping', patched(ping, 6, '0200'), 'FB2'),
  invalid('vtable longer than the buffer', 'Ping', patched(ping, 6, 'fe00'), 'FB2'),
  invalid('table of length 3', 'Ping', patched(ping, 8, '0300'), 'FB2'),
  invalid('table longer than the buffer', 'Ping', patched(ping, 8, 'ff00'), 'FB2'),
  invalid('field across the end of its table', 'Ping', patched(ping, 10, '0a00'), 'FB2'),
  invalid('field far behind its table', 'Ping', patched(ping, 10, 'ff7f'), 'FB2'),
  invalid('cut in the middle of a field', 'Ping', ping.subarray(0, 20), 'FB2'),
  invalid('string far outside', 'PluginError', patched(error, 16, 'ffffffff'), 'FB2'),
  invalid('string whose length lies across the end', 'PluginError', patched(error, 16, '12000000'), 'FB2'),
  invalid('string one byte too long', 'PluginError', patched(error, 24, '09000000'), 'FB2'),
  invalid('string of 2^32 - 1 bytes', 'PluginError', patched(error, 24, 'ffffffff'), 'FB2'),
  invalid('string not ended by a zero byte', 'PluginError', patched(error, 32, '78'), 'FB2'),
  utf8('a stray byte', 'ff6f6f6d'),
  utf8('a surrogate', 'eda0806d'),
  utf8('an overlong slash', 'c0af6f6d'),
  utf8('above U+10FFFF', 'f4908080'),
  utf8('cut in the middle of a character', '626f6fc3'),
  invalid('error without a message', 'PluginError', message('PluginError', { code: 1 }), 'FB4'),
  invalid(
    'request without a name',
    'HandshakeRequest',
    message('HandshakeRequest', { contract_hash: CONTRACT_HASH }),
    'FB4',
  ),
  invalid(
    'request without a hash',
    'HandshakeRequest',
    message('HandshakeRequest', { plugin_name: 'echo' }),
    'FB4',
  ),
  invalid('entry without a key', 'CallMeta', message('CallMeta', { entries: [{ value: 'x' }] }), 'FB4'),
  invalid(
    'shared memory without a path',
    'HandshakeRequest',
    offering({ shared_memory: { to_plugin: '/dev/shm/p' } }),
    'FB4',
  ),
  invalid(
    'vector that claims 30,000,000 numbers',
    'HandshakeRequest',
    replaced(offering({ versions: [0x1234] }), '01000000 3412', '80c3c901 3412'),
    'FB2',
  ),
  invalid(
    'vector whose size in bytes overflows 32 bits',
    'HandshakeRequest',
    replaced(offering({ features: ['zz'] }), '01000000 04000000 02000000', '01000040 04000000 02000000'),
    'FB2',
  ),
  invalid(
    'vector of strings, one far outside',
    'HandshakeRequest',
    replaced(offering({ features: ['zz'] }), '01000000 04000000 02000000', '01000000 ffffff7f 02000000'),
    'FB2',
  ),
  invalid(
    'invalid UTF-8 in a nested table',
    'HandshakeRequest',
    replaced(offering({ runtime: 'zzzz' }), '7a7a7a7a', '7a80807a'),
    'FB4',
  ),
];

export const controlMessages = {
  about: 'Every control message of pluginart.fbs, and buffers that are none.',
  messages,
  malformed,
};
