import { type MessageValue, message } from '../../../protocol/vectors/generate/control-messages.ts';
import { V1, V2, v1Frame, v2Frame } from '../../../protocol/vectors/generate/frames.ts';
import { pluginProof } from '../../../protocol/vectors/generate/proof.ts';
import { Table } from '../table.ts';

/** What the plugin knows when it answers. */
interface Handshake {
  readonly contractHash: string;
  /** Hex; undefined = none. */
  readonly token: string | undefined;
  /** Of the offer, in hex; undefined where the offer has none. */
  readonly nonce: string | undefined;
  readonly hostProof: string | undefined;
}

/** What the plugin answers, in place of the truth. */
type Lie = (handshake: Handshake) => Uint8Array;

const response = (value: MessageValue): Buffer =>
  v1Frame(V1.HANDSHAKE_RESPONSE, message('HandshakeResponse', value));

function honest({ contractHash, token, nonce, hostProof }: Handshake): MessageValue {
  const proof =
    token === undefined || nonce === undefined || hostProof === undefined
      ? {}
      : { proof: pluginProof(token, nonce, hostProof) };
  return { version: 2, contract_hash: contractHash, runtime: 'peer', ...proof };
}

const accepting =
  (change: MessageValue): Lie =>
  (handshake) =>
    response({ ok: true, accept: { ...honest(handshake), ...change } });

/** By the name that `v2-plugin.ts --accept` takes. Only `honest` is no lie. */
export const handshakeLies = {
  honest: accepting({}),
  'omit-accept': () => response({ ok: true }),
  'empty-accept': () => response({ ok: true, accept: {} }),
  'version-1': accepting({ version: 1 }),
  'version-3': accepting({ version: 3 }),
  feature: accepting({ features: ['telepathy'] }),
  compression: accepting({ compression: 'zstd' }),
  'shared-memory': accepting({ shared_memory: true }),
  'other-contract': accepting({ contract_hash: `sha256:${'0'.repeat(64)}` }),
  'tiny-messages': accepting({ max_message_bytes: 1 }),
  'no-proof': ({ contractHash }) =>
    response({ ok: true, accept: { version: 2, contract_hash: contractHash } }),
  'wrong-proof': accepting({ proof: '00'.repeat(32) }),
  /** A squatter has seen the host's proof and nothing else. */
  'reflected-proof': (handshake) => accepting({ proof: handshake.hostProof ?? '' })(handshake),
  refuse: ({ contractHash }) =>
    response({
      ok: false,
      error: 'contract hash mismatch',
      code: 0xf009,
      accept: { contract_hash: contractHash, runtime: 'peer' },
    }),
  'frame-before': (handshake) =>
    Buffer.concat([v2Frame({ type: V2.PING, arg: 1 }), accepting({})(handshake)]),
  /** Accepts version 2 and goes on with version 1. */
  'version-1-after': (handshake) =>
    Buffer.concat([accepting({})(handshake), v1Frame(V1.PONG, message('Pong', { seq: '1' }))]),
  silence: () => new Uint8Array(0),
} as const satisfies Record<string, Lie>;

export type HandshakeLie = keyof typeof handshakeLies;

export function readHandshake(
  request: Uint8Array,
  contractHash: string,
  token: string | undefined,
): Handshake {
  const offer = Table.root(request).table(3);
  return {
    contractHash,
    token,
    nonce: offer?.bytes(2)?.toString('hex'),
    hostProof: offer?.bytes(3)?.toString('hex'),
  };
}
