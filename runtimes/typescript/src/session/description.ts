import { decodeDescription, encodeDescription } from '../wire/control.ts';
import { runtimeName } from './runtime-name.ts';

/** What a plugin says of itself, for tools. */
export interface PeerDescription {
  /** The schema's text, where the plugin has it. */
  readonly schema: string | undefined;
  readonly contractHash: string | undefined;
  readonly runtime: string | undefined;
}

/** @throws PluginartError INVALID_PAYLOAD */
export function describePeer(bytes: Buffer): PeerDescription {
  const { schema, contractHash, runtime } = decodeDescription(bytes, 0, bytes.length);
  return { schema, contractHash, runtime };
}

export function describeSelf(contractHash: string, schema: string | undefined): Buffer {
  return encodeDescription({ schema, contractHash, runtime: runtimeName });
}
