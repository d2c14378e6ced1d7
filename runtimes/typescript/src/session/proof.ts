import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

export const NONCE_BYTES = 16;

export function newNonce(): Buffer {
  return randomBytes(NONCE_BYTES);
}

/** What a host shows to prove that it knows the token. PROTOCOL.md, V2-T1. @param token hex */
export function hostProof(token: string, nonce: Uint8Array, contractHash: string): Buffer {
  return hmac(token, 'pluginart host', nonce, Buffer.from(contractHash));
}

/** What a plugin answers to it. V2-T3. @param token hex */
export function pluginProof(token: string, nonce: Uint8Array, shownByHost: Uint8Array): Buffer {
  return hmac(token, 'pluginart plugin', nonce, shownByHost);
}

/** Compares in constant time. */
export function isSameProof(expected: Buffer, shown: Uint8Array | undefined): boolean {
  return shown !== undefined && shown.length === expected.length && timingSafeEqual(expected, shown);
}

function hmac(token: string, role: string, nonce: Uint8Array, last: Uint8Array): Buffer {
  const key = Buffer.from(token, 'hex');
  return createHmac('sha256', key).update(role).update('\0').update(nonce).update(last).digest();
}
