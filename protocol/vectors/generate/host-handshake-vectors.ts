import { type Bytes, bytes, hex, text } from './bytes.ts';
import { CONTRACT_HASH, OTHER_CONTRACT_HASH } from './control-message-vectors.ts';
import { type MessageValue, message } from './control-messages.ts';
import { PROTOCOL_VIOLATION, V1, V2, v1Frame, v1Header, v2Frame } from './frames.ts';
import { provingOffer, RIGHT_HOST_PROOF, RIGHT_PLUGIN_PROOF, TOKEN } from './proof-vectors.ts';

const CONTRACT_MISMATCH = 0xf009;
const UNAUTHENTICATED = 0xf008;
const UNAVAILABLE = 0xf003;

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
const provingHost: HostVector['host'] = { contract_hash: CONTRACT_HASH, token: TOKEN, offer: provingOffer };

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

export const hostHandshakes: readonly HostVector[] = [
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
    { contract_hash: CONTRACT_HASH },
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
  host('V2-T4', 'the right proof', provingHost, accepting({ proof: RIGHT_PLUGIN_PROOF }), { outcome: 'v2' }),
  host('V2-T4', 'no proof', provingHost, accepting({}), failed(UNAUTHENTICATED)),
  host('V2-T4', 'a wrong proof', provingHost, accepting({ proof: '00'.repeat(32) }), failed(UNAUTHENTICATED)),
  host(
    'V2-T4',
    'the host’s own proof',
    provingHost,
    accepting({ proof: RIGHT_HOST_PROOF }),
    failed(UNAUTHENTICATED),
  ),
  host(
    'V2-T4',
    'half a proof',
    provingHost,
    accepting({ proof: RIGHT_PLUGIN_PROOF.slice(0, 32) }),
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
