import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describeReadFailure } from './read-failure.ts';

/** What an entry says about its contract; each part only if it is well-formed. */
export interface ContractClaim {
  readonly contractHash: string | undefined;
  readonly schema: string | undefined;
}

export type ContractResult =
  | { readonly hash: string }
  | { readonly wrong: string; readonly key: 'contract_hash' | 'schema' | undefined };

/** Settles what contract the host demands, reading the schema file if there is one. */
export function resolveContract(claim: ContractClaim, folder: string): ContractResult {
  const { contractHash, schema } = claim;
  if (schema === undefined) {
    if (contractHash !== undefined) return { hash: contractHash };
    return {
      wrong: 'contract_hash or schema is missing: one of them says what contract to demand',
      key: undefined,
    };
  }
  let computed: string;
  try {
    computed = hashOf(readFileSync(resolve(folder, schema)));
  } catch (error) {
    return { wrong: `schema "${schema}" cannot be read: ${describeReadFailure(error)}`, key: 'schema' };
  }
  if (contractHash !== undefined && contractHash !== computed) {
    return {
      wrong: `contract_hash is ${contractHash}, but "${schema}" has ${computed}: correct it, or leave it out`,
      key: 'contract_hash',
    };
  }
  return { hash: computed };
}

/** The contract hash of a schema file: of its raw bytes, includes not counted. */
function hashOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
