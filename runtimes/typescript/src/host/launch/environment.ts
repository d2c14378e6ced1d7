import { randomBytes } from 'node:crypto';

import { type Address, describeAddress } from './instance.ts';
import type { BinaryLaunch } from './launch-spec.ts';

/** Variables of this prefix belong to the protocol: a host that is itself a plugin must not pass its own on. */
const RESERVED_PREFIX = 'PLUGIN_';

const TOKEN_BYTES = 32;

/** What a launched plugin is configured by: the host's environment, the plugin's `env` table, then `PLUGIN_*`. */
export function pluginEnvironment(
  launch: Pick<BinaryLaunch, 'env' | 'inheritEnv'>,
  hostEnvironment: NodeJS.ProcessEnv,
  address: Address,
  token: string,
): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const name of inheritedNames(launch.inheritEnv, hostEnvironment)) {
    const value = hostEnvironment[name];
    if (value !== undefined && !name.startsWith(RESERVED_PREFIX)) environment[name] = value;
  }
  for (const [name, value] of Object.entries(launch.env)) {
    if (!name.startsWith(RESERVED_PREFIX)) environment[name] = value;
  }
  return { ...environment, ...protocolVariables(address, token) };
}

/** What tells a plugin that it was launched, and where it is to listen: the address as the plugin itself sees it. */
export function protocolVariables(address: Address, token: string): Record<string, string> {
  const where = address.kind === 'unix' ? address.path : describeAddress(address);
  return {
    [address.kind === 'unix' ? 'PLUGIN_SOCKET' : 'PLUGIN_ADDR']: where,
    PLUGIN_TOKEN: token,
    PLUGIN_TOKEN_FOR: where,
    PLUGIN_LIFELINE: 'stdin',
  };
}

/** A secret for one launch, as hex. */
export function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString('hex');
}

function inheritedNames(inherit: BinaryLaunch['inheritEnv'], host: NodeJS.ProcessEnv): readonly string[] {
  if (inherit === true) return Object.keys(host);
  return inherit === false ? [] : inherit;
}
