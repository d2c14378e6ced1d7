import { type Bytes, bytes, text } from './bytes.ts';
import { CONTRACT_HASH, OTHER_CONTRACT_HASH } from './control-message-vectors.ts';
import { type MessageValue, message } from './control-messages.ts';
import { PROTOCOL_VIOLATION, V1, V2, v1Frame, v1Header, v2Frame } from './frames.ts';
import { hostProof } from './proof.ts';
import {
  NONCE,
  OTHER_TOKEN,
  provingOffer,
  RIGHT_HOST_PROOF,
  RIGHT_PLUGIN_PROOF,
  TOKEN,
} from './proof-vectors.ts';

const CONTRACT_MISMATCH = 0xf009;
const UNAUTHENTICATED = 0xf008;

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

const accepted2: PluginOutcome = { outcome: 'v2', contract_hash: CONTRACT_HASH };
const proved: PluginOutcome = { ...accepted2, proof: RIGHT_PLUGIN_PROOF };
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

export const pluginHandshakes: readonly PluginVector[] = [
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
  plugin('V2-T5', 'a proof that nobody wants', open, [request(provingOffer), accepted2]),
  plugin('V2-T2', 'a right proof', guarded, [request(provingOffer), proved]),
  plugin('V2-T2', 'no offer', guarded, [request(), unproved]),
  plugin('V2-T2', 'an offer without a proof', guarded, [request({ versions: [2] }), unproved]),
  plugin('V2-T2', 'a proof without version 2', guarded, [
    request({ ...provingOffer, versions: [3] }),
    unproved,
  ]),
  plugin('V2-T2', 'a proof by another token', guarded, [
    request({ ...provingOffer, proof: hostProof(OTHER_TOKEN, NONCE, CONTRACT_HASH) }),
    unproved,
  ]),
  plugin('V2-T2', 'a proof for another contract', guarded, [
    request({ ...provingOffer, proof: hostProof(TOKEN, NONCE, OTHER_CONTRACT_HASH) }),
    unproved,
  ]),
  plugin('V2-T2', 'a proof for another nonce', guarded, [
    request({ ...provingOffer, nonce: `${NONCE.slice(0, -2)}ff` }),
    unproved,
  ]),
  plugin('V2-T2', 'the plugin’s proof', guarded, [
    request({ ...provingOffer, proof: RIGHT_PLUGIN_PROOF }),
    unproved,
  ]),
  plugin('V2-T2', 'half a proof', guarded, [
    request({ ...provingOffer, proof: RIGHT_HOST_PROOF.slice(0, 32) }),
    unproved,
  ]),
  plugin('V2-T2', 'an empty proof', guarded, [request({ ...provingOffer, proof: '' }), unproved]),
  plugin('V2-T2', 'a short nonce', guarded, [
    request({ versions: [2], nonce: 'a0a1', proof: hostProof(TOKEN, 'a0a1', CONTRACT_HASH) }),
    unproved,
  ]),
  plugin(
    'V2-T2',
    'a nonce twice',
    guarded,
    [request(provingOffer), proved],
    [request(provingOffer), unproved],
  ),
  plugin(
    'V2-T2',
    'a nonce that came with a wrong proof is not spent',
    guarded,
    [request({ ...provingOffer, proof: '00'.repeat(32) }), unproved],
    [request(provingOffer), proved],
  ),
  plugin('V2-N11', 'the proof before the contract', guarded, [
    request({ versions: [2] }, OTHER_CONTRACT_HASH),
    unproved,
  ]),
  plugin('V2-N11', 'a right proof of another contract', guarded, [
    request({ ...provingOffer, proof: hostProof(TOKEN, NONCE, OTHER_CONTRACT_HASH) }, OTHER_CONTRACT_HASH),
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
