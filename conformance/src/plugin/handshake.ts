import { randomBytes } from 'node:crypto';
import { type MessageValue, message } from '../../../protocol/vectors/generate/control-messages.ts';
import { V1, v1Frame } from '../../../protocol/vectors/generate/frames.ts';
import { hostProof, pluginProof } from '../../../protocol/vectors/generate/proof.ts';
import { differences, show } from '../suite/match.ts';
import type { HandshakeStep } from '../suite/suite.ts';
import { codeName, codeOf } from '../wire/code-name.ts';
import { decodeControl } from '../wire/decode-control.ts';
import { v1TypeName } from '../wire/frame-names.ts';

/** A request, and what a plugin that knows the token proves in its answer. */
export interface Hand {
  readonly request: Buffer;
  /** Hex; undefined where there is no token. */
  readonly proofDue: string | undefined;
}

/** What the step has the host say: right, but for what it names. */
export function offerHand(step: HandshakeStep, token: string | undefined, contractHash: string): Hand {
  const { offer, contract = contractHash, proof = 'right', request } = step;
  const nonce = randomBytes(16).toString('hex');
  const said = hostProof(proof === 'wrong' ? '00'.repeat(32) : (token ?? ''), nonce, contract);
  const proving = token === undefined || proof === 'none' ? {} : { nonce, proof: said };
  return {
    request: v1Frame(
      V1.HANDSHAKE_REQUEST,
      message('HandshakeRequest', {
        contract_hash: contract,
        plugin_name: 'certified',
        ...(request as MessageValue),
        ...(offer !== 'none' && {
          offer: { versions: [2], runtime: 'certify', ...proving, ...offer } as MessageValue,
        }),
      }),
    ),
    proofDue: token === undefined ? undefined : pluginProof(token, nonce, said),
  };
}

/** @param frame undefined = it closed without one @throws Error saying what is not as the step expects */
export function judgeAnswer(
  { outcome, code, gives = {} }: HandshakeStep,
  frame: { readonly type: number; readonly payload: Buffer } | undefined,
  { proofDue }: Hand,
): void {
  if (outcome === 'closed') {
    if (frame !== undefined) throw new Error(`it answers with ${v1TypeName(frame.type)}, and should close`);
    return;
  }
  if (frame === undefined) throw new Error('it closes without an answer to the handshake');
  const response = decodeControl('HandshakeResponse', frame.payload);
  if (frame.type !== V1.HANDSHAKE_RESPONSE || response === undefined)
    throw new Error(`it answers with ${v1TypeName(frame.type)} ${show(response)}`);
  const accept = response.accept as MessageValue | undefined;
  const actual = response.ok !== true ? 'refused' : accept?.version === 2 ? 'v2' : 'v1';
  if (actual !== outcome) throw new Error(`the outcome is ${actual}, not ${outcome}: ${show(response)}`);
  if (code !== undefined && response.code !== codeOf(code))
    throw new Error(`code is ${codeName(Number(response.code ?? 0))}, not ${code}: ${show(response)}`);
  const wrong = differences(gives, response);
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
  if (outcome === 'v2' && proofDue !== undefined && accept?.proof !== proofDue)
    throw new Error(`its proof is ${show(accept?.proof)}, not ${proofDue}`);
}
