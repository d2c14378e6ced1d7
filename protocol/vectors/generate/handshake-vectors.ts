import { type Bytes, bytes, hex, text } from './bytes.ts';
import { CONTRACT_HASH, OTHER_CONTRACT_HASH } from './control-message-vectors.ts';
import { type MessageValue, message } from './control-messages.ts';
import { V1, V2, v1Frame, v1Header, v2Frame } from './frames.ts';
import { hostProof, pluginProof } from './proof.ts';

const TOKEN = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f';
const OTHER_TOKEN = 'ff'.repeat(32);
const NONCE = 'a0a1a2a3a4a5a6a7a8a9aaabacadaeaf';

const CONTRACT_MISMATCH = 0xf009;
const UNAUTHENTICATED = 0xf008;
const PROTOCOL_VIOLATION = 0xf00a;
const UNAVAILABLE = 0xf003;

const proof = hostProof(TOKEN, NONCE, CONTRACT_HASH);
const answer = pluginProof(TOKEN, NONCE, proof);

/** What a plugin does with what a host sends it. */
interface PluginOutcome {
  /** `v1`, `v2`: accepted. `refused`: answered `ok = false`, then closed. `closed`: without a word. `waiting`: for more bytes. */
  readonly outcome: 'v1' | 'v2' | 'refused' | 'closed' | 'waiting';
  readonly code?: number;
  readonly error?: string;
  /** Of `accept`, in hex. */
  readonly proof?: string;
  /** Of `accept`: the plugin's own. */
  readonly contract_hash?: string;
}

interface PluginVector {
  readonly name: string;
  readonly rule: string;
  readonly plugin: { readonly contract_hash: string; readonly token?: string };
  /** Each on a connection of its own, one after the other, to the same plugin. */
  readonly connections: readonly { readonly bytes: Bytes; readonly expect: PluginOutcome }[];
}

const request = (offer?: MessageValue, hash = CONTRACT_HASH): Buffer =>
  v1Frame(
    V1.HANDSHAKE_REQUEST,
    message('HandshakeRequest', {
      contract_hash: hash,
      plugin_name: 'echo',
      ...(offer === undefined ? {} : { offer }),
    }),
  );

const open = { contract_hash: CONTRACT_HASH };
const guarded = { contract_hash: CONTRACT_HASH, token: TOKEN };
const proving: MessageValue = { versions: [2], nonce: NONCE, proof };

const accepted2: PluginOutcome = { outcome: 'v2', contract_hash: CONTRACT_HASH };
const proved: PluginOutcome = { ...accepted2, proof: answer };
const unproved: PluginOutcome = { outcome: 'refused', code: UNAUTHENTICATED };
const mismatch: PluginOutcome = {
  outcome: 'refused',
  code: CONTRACT_MISMATCH,
  error: 'contract hash mismatch',
};

function plugin(
  rule: string,
  name: string,
  who: PluginVector['plugin'],
  ...connections: readonly (readonly [Buffer, PluginOutcome])[]
): PluginVector {
  return {
    name,
    rule,
    plugin: who,
    connections: connections.map(([laid, expect]) => ({ bytes: bytes(laid), expect })),
  };
}

const anyCall = v1Frame(V1.CALL_REQUEST, text('hello'));

const plugins: readonly PluginVector[] = [
  plugin('V1-H4', 'version 1', open, [request(), { outcome: 'v1' }]),
  plugin('V1-H4', 'version 1, another contract', open, [
    request(undefined, OTHER_CONTRACT_HASH),
    { outcome: 'refused', error: 'contract hash mismatch', code: CONTRACT_MISMATCH },
  ]),
  plugin('V1-H4', 'version 1, an empty hash', open, [request(undefined, ''), mismatch]),
  plugin('V1-H4', 'version 1, the hash in capitals', open, [
    request(undefined, CONTRACT_HASH.toUpperCase()),
    mismatch,
  ]),
  plugin('V1-H3', 'another protocol_version', open, [
    v1Frame(
      V1.HANDSHAKE_REQUEST,
      message('HandshakeRequest', { contract_hash: CONTRACT_HASH, plugin_name: '', protocol_version: 9 }),
    ),
    { outcome: 'v1' },
  ]),
  plugin(
    'V1-H8',
    'two connections',
    open,
    [request(), { outcome: 'v1' }],
    [request({ versions: [2] }), accepted2],
  ),
  plugin('V2-N2', 'version 2', open, [request({ versions: [2] }), accepted2]),
  plugin('V2-N2', 'version 2 among others', open, [request({ versions: [7, 2, 3] }), accepted2]),
  plugin('V2-N1', 'an offer without versions', open, [request({ features: ['streams'] }), { outcome: 'v1' }]),
  plugin('V2-N1', 'an offer of version 3', open, [request({ versions: [3] }), { outcome: 'v1' }]),
  plugin('V2-N5', 'names that nobody knows', open, [
    request({ versions: [2], features: ['zzz'], compressions: ['lzzz'] }),
    accepted2,
  ]),
  plugin('V2-N3', 'messages of no size', open, [
    request({ versions: [2], max_message_bytes: 1023 }),
    { outcome: 'refused', code: PROTOCOL_VIOLATION },
  ]),
  plugin('V2-N3', 'a window too wide', open, [
    request({ versions: [2], stream_window: 2_147_483_648 }),
    { outcome: 'refused', code: PROTOCOL_VIOLATION },
  ]),
  plugin('V2-N10', 'version 2, another contract', open, [
    request({ versions: [2] }, OTHER_CONTRACT_HASH),
    { ...mismatch, contract_hash: CONTRACT_HASH },
  ]),
  plugin('V2-N6', 'a version 2 frame too early', open, [
    Buffer.concat([request({ versions: [2] }), v2Frame({ type: V2.PING, arg: 1 })]),
    { outcome: 'closed' },
  ]),
  plugin('V2-N6', 'one byte too early', open, [
    Buffer.concat([request({ versions: [2] }), Buffer.of(0)]),
    { outcome: 'closed' },
  ]),
  plugin('V2-N6', 'a version 1 call too early', open, [
    Buffer.concat([request({ versions: [2] }), anyCall]),
    { outcome: 'closed' },
  ]),
  plugin('V2-N6', 'a version 1 call behind a version 1 request', open, [
    Buffer.concat([request(), anyCall]),
    { outcome: 'v1' },
  ]),
  plugin('V2-T5', 'a proof that nobody wants', open, [request(proving), accepted2]),
  plugin('V2-T2', 'a right proof', guarded, [request(proving), proved]),
  plugin('V2-T2', 'no offer', guarded, [request(), unproved]),
  plugin('V2-T2', 'an offer without a proof', guarded, [request({ versions: [2] }), unproved]),
  plugin('V2-T2', 'a proof without version 2', guarded, [request({ ...proving, versions: [3] }), unproved]),
  plugin('V2-T2', 'a proof by another token', guarded, [
    request({ ...proving, proof: hostProof(OTHER_TOKEN, NONCE, CONTRACT_HASH) }),
    unproved,
  ]),
  plugin('V2-T2', 'a proof for another contract', guarded, [
    request({ ...proving, proof: hostProof(TOKEN, NONCE, OTHER_CONTRACT_HASH) }),
    unproved,
  ]),
  plugin('V2-T2', 'a proof for another nonce', guarded, [
    request({ ...proving, nonce: `${NONCE.slice(0, -2)}ff` }),
    unproved,
  ]),
  plugin('V2-T2', 'the plugin’s proof', guarded, [request({ ...proving, proof: answer }), unproved]),
  plugin('V2-T2', 'half a proof', guarded, [request({ ...proving, proof: proof.slice(0, 32) }), unproved]),
  plugin('V2-T2', 'an empty proof', guarded, [request({ ...proving, proof: '' }), unproved]),
  plugin('V2-T2', 'a short nonce', guarded, [
    request({ versions: [2], nonce: 'a0a1', proof: hostProof(TOKEN, 'a0a1', CONTRACT_HASH) }),
    unproved,
  ]),
  plugin('V2-T2', 'a nonce twice', guarded, [request(proving), proved], [request(proving), unproved]),
  plugin(
    'V2-T2',
    'a nonce that came with a wrong proof is not spent',
    guarded,
    [request({ ...proving, proof: '00'.repeat(32) }), unproved],
    [request(proving), proved],
  ),
  plugin('V2-N11', 'the proof before the contract', guarded, [
    request({ versions: [2] }, OTHER_CONTRACT_HASH),
    unproved,
  ]),
  plugin('V2-N11', 'a right proof of another contract', guarded, [
    request({ ...proving, proof: hostProof(TOKEN, NONCE, OTHER_CONTRACT_HASH) }, OTHER_CONTRACT_HASH),
    { ...mismatch, contract_hash: CONTRACT_HASH },
  ]),
  plugin('V1-H2', 'a call first', open, [anyCall, { outcome: 'closed' }]),
  plugin('V1-H2', 'a response first', open, [
    v1Frame(V1.HANDSHAKE_RESPONSE, message('HandshakeResponse', { ok: true })),
    { outcome: 'closed' },
  ]),
  plugin('V1-H2', 'an unknown type first', open, [v1Frame(9, text('x')), { outcome: 'closed' }]),
  plugin('V1-H2', 'a request that does not decode', open, [
    v1Frame(V1.HANDSHAKE_REQUEST, text('junk')),
    { outcome: 'closed' },
  ]),
  plugin('V1-H2', 'an empty request', open, [v1Frame(V1.HANDSHAKE_REQUEST), { outcome: 'closed' }]),
  plugin('V1-F1', 'garbage', open, [text('GET / HTTP/1.1\r\n\r\n'), { outcome: 'closed' }]),
  plugin('V1-F3', 'a request of 64 KiB and one byte', open, [
    v1Header(V1.HANDSHAKE_REQUEST, 65_537),
    { outcome: 'closed' },
  ]),
  plugin('V1-H5', 'half a request', open, [request().subarray(0, 40), { outcome: 'waiting' }]),
];

/** What a host does with what a plugin sends it. */
interface HostVector {
  readonly name: string;
  readonly rule: string;
  readonly host: {
    readonly contract_hash: string;
    readonly token?: string;
    readonly min_protocol?: 2;
    /** The offer it made; absent for a host that speaks version 1 only. */
    readonly offer?: MessageValue;
  };
  readonly bytes: Bytes;
  readonly expect: { readonly outcome: 'v1' | 'v2' | 'failed' | 'waiting'; readonly code?: number };
}

const response = (value: MessageValue): Buffer =>
  v1Frame(V1.HANDSHAKE_RESPONSE, message('HandshakeResponse', value));
const accepting = (accept: MessageValue): Buffer => response({ ok: true, accept: { version: 2, ...accept } });

const offering: HostVector['host'] = { contract_hash: CONTRACT_HASH, offer: { versions: [2] } };
const offeringMore: HostVector['host'] = {
  contract_hash: CONTRACT_HASH,
  offer: { versions: [2], features: ['streams'], compressions: ['gzip'] },
};
const provingHost: HostVector['host'] = { contract_hash: CONTRACT_HASH, token: TOKEN, offer: proving };

function host(
  rule: string,
  name: string,
  who: HostVector['host'],
  laid: Buffer,
  expect: HostVector['expect'],
): HostVector {
  return { name, rule, host: who, bytes: bytes(laid), expect };
}

const failed = (code: number): HostVector['expect'] => ({ outcome: 'failed', code });

const hosts: readonly HostVector[] = [
  host('V2-N2', 'accepted as version 1', offering, response({ ok: true }), { outcome: 'v1' }),
  host('V2-N2', 'accepted as version 2', offering, accepting({}), { outcome: 'v2' }),
  host(
    'V2-N4',
    'everything offered is taken',
    offeringMore,
    accepting({ features: ['streams'], compression: 'gzip', contract_hash: CONTRACT_HASH, runtime: 'x' }),
    { outcome: 'v2' },
  ),
  host(
    'V2-N7',
    'a version 2 frame in the same read',
    offering,
    Buffer.concat([accepting({}), v2Frame({ type: V2.PING, arg: 1 })]),
    { outcome: 'v2' },
  ),
  host(
    'V1-H7',
    'refused by version 1',
    offering,
    response({ ok: false, error: 'contract hash mismatch' }),
    failed(CONTRACT_MISMATCH),
  ),
  host(
    'V1-H7',
    'refused by version 1, in other words',
    offering,
    response({ ok: false, error: 'go away' }),
    failed(PROTOCOL_VIOLATION),
  ),
  host('V1-H7', 'refused without a word', offering, response({}), failed(PROTOCOL_VIOLATION)),
  host(
    'V1-H7',
    'refused for the proof',
    provingHost,
    response({ ok: false, error: 'wrong proof', code: UNAUTHENTICATED }),
    failed(UNAUTHENTICATED),
  ),
  host(
    'V1-H7',
    'shutting down',
    offering,
    response({ ok: false, error: 'shutting down', code: UNAVAILABLE }),
    failed(UNAVAILABLE),
  ),
  host(
    'V1-H7',
    'refused with the plugin’s own hash',
    offering,
    response({
      ok: false,
      error: 'contract hash mismatch',
      code: CONTRACT_MISMATCH,
      accept: { contract_hash: OTHER_CONTRACT_HASH },
    }),
    failed(CONTRACT_MISMATCH),
  ),
  host('V2-N4', 'version 3', offering, accepting({ version: 3 }), failed(PROTOCOL_VIOLATION)),
  host('V2-N4', 'version 1, by accept', offering, accepting({ version: 1 }), failed(PROTOCOL_VIOLATION)),
  host('V2-N4', 'an empty accept', offering, response({ ok: true, accept: {} }), failed(PROTOCOL_VIOLATION)),
  host(
    'V2-N4',
    'a feature that was not offered',
    offering,
    accepting({ features: ['telepathy'] }),
    failed(PROTOCOL_VIOLATION),
  ),
  host(
    'V2-N4',
    'a compression that was not offered',
    offeringMore,
    accepting({ compression: 'zstd' }),
    failed(PROTOCOL_VIOLATION),
  ),
  host(
    'V2-N4',
    'shared memory that was not offered',
    offering,
    accepting({ shared_memory: true }),
    failed(PROTOCOL_VIOLATION),
  ),
  host(
    'V2-N4',
    'another contract',
    offering,
    accepting({ contract_hash: OTHER_CONTRACT_HASH }),
    failed(CONTRACT_MISMATCH),
  ),
  host(
    'V2-N4',
    'accept towards a host that offered nothing',
    open,
    accepting({}),
    failed(PROTOCOL_VIOLATION),
  ),
  host(
    'V2-N3',
    'messages of no size',
    offering,
    accepting({ max_message_bytes: 1023 }),
    failed(PROTOCOL_VIOLATION),
  ),
  host(
    'V2-N3',
    'a window too wide',
    offering,
    accepting({ stream_window: 2_147_483_648 }),
    failed(PROTOCOL_VIOLATION),
  ),
  host(
    'V2-N12',
    'version 1 where 2 is demanded',
    { ...offering, min_protocol: 2 },
    response({ ok: true }),
    failed(PROTOCOL_VIOLATION),
  ),
  host('V2-T4', 'the right proof', provingHost, accepting({ proof: answer }), { outcome: 'v2' }),
  host('V2-T4', 'no proof', provingHost, accepting({}), failed(UNAUTHENTICATED)),
  host('V2-T4', 'a wrong proof', provingHost, accepting({ proof: '00'.repeat(32) }), failed(UNAUTHENTICATED)),
  host('V2-T4', 'the host’s own proof', provingHost, accepting({ proof }), failed(UNAUTHENTICATED)),
  host(
    'V2-T4',
    'half a proof',
    provingHost,
    accepting({ proof: answer.slice(0, 32) }),
    failed(UNAUTHENTICATED),
  ),
  host('V2-T6', 'version 1, from a plugin that the host launched', provingHost, response({ ok: true }), {
    outcome: 'v1',
  }),
  host('V2-T5', 'a proof that nobody asked for', offering, accepting({ proof: '00'.repeat(32) }), {
    outcome: 'v2',
  }),
  host(
    'V1-F5',
    'a call response first',
    offering,
    v1Frame(V1.CALL_RESPONSE, text('x')),
    failed(PROTOCOL_VIOLATION),
  ),
  host(
    'V1-F7',
    'a response that does not decode',
    offering,
    v1Frame(V1.HANDSHAKE_RESPONSE, text('junk')),
    failed(PROTOCOL_VIOLATION),
  ),
  host('V1-F1', 'garbage', offering, text('HTTP/1.1 400 Bad Request\r\n'), failed(PROTOCOL_VIOLATION)),
  host(
    'V1-F3',
    'a response of 64 KiB and one byte',
    offering,
    v1Header(V1.HANDSHAKE_RESPONSE, 65_537),
    failed(PROTOCOL_VIOLATION),
  ),
  host('V1-H5', 'half a response', offering, hex('504c474e140000'), { outcome: 'waiting' }),
];

export const handshakes = {
  about:
    'Handshakes as each side sees them. The nonce of the hosts that prove themselves is fixed here, and random in life.',
  plugins,
  hosts,
};

const pairs: readonly (readonly [string, string, string])[] = [
  [TOKEN, NONCE, CONTRACT_HASH],
  [OTHER_TOKEN, '00'.repeat(16), OTHER_CONTRACT_HASH],
  ['0123456789abcdef'.repeat(2), NONCE, CONTRACT_HASH],
  ['ab'.repeat(64), NONCE, ''],
];

export const proofs = {
  about: 'Token, nonce and contract hash, and the proofs of both sides. All but the hash in hex.',
  proofs: pairs.map(([token, nonce, contractHash]) => {
    const host = hostProof(token, nonce, contractHash);
    return {
      token,
      nonce,
      contract_hash: contractHash,
      host_proof: host,
      plugin_proof: pluginProof(token, nonce, host),
    };
  }),
};
