import { CONTRACT_HASH, OTHER_CONTRACT_HASH } from './control-message-vectors.ts';
import type { MessageValue } from './control-messages.ts';
import { hostProof, pluginProof } from './proof.ts';

/** What the handshakes that prove something use, in hex. */
export const TOKEN = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f';
export const OTHER_TOKEN = 'ff'.repeat(32);
export const NONCE = 'a0a1a2a3a4a5a6a7a8a9aaabacadaeaf';
export const RIGHT_HOST_PROOF = hostProof(TOKEN, NONCE, CONTRACT_HASH);
export const RIGHT_PLUGIN_PROOF = pluginProof(TOKEN, NONCE, RIGHT_HOST_PROOF);
/** An offer that proves that the host knows TOKEN. */
export const provingOffer: MessageValue = { versions: [2], nonce: NONCE, proof: RIGHT_HOST_PROOF };

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
