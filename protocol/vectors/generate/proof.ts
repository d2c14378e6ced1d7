import { createHmac } from 'node:crypto';
import { hex, text } from './bytes.ts';

/** PROTOCOL.md, V2-T1. All but the contract hash in hex. */
export function hostProof(token: string, nonce: string, contractHash: string): string {
  const said = Buffer.concat([text('pluginart host\0'), hex(nonce), text(contractHash)]);
  return createHmac('sha256', hex(token)).update(said).digest('hex');
}

/** PROTOCOL.md, V2-T3. */
export function pluginProof(token: string, nonce: string, proof: string): string {
  const said = Buffer.concat([text('pluginart plugin\0'), hex(nonce), hex(proof)]);
  return createHmac('sha256', hex(token)).update(said).digest('hex');
}
