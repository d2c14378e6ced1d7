import { type Address, describeAddress } from './instance.ts';
import type { BinaryLaunch } from './launch-spec.ts';

/** Variables of this prefix belong to the protocol: a host that is itself a plugin must not pass its own on. */
const RESERVED_PREFIX = 'PLUGIN_';

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
  const where = address.kind === 'unix' ? address.path : describeAddress(address);
  environment[address.kind === 'unix' ? 'PLUGIN_SOCKET' : 'PLUGIN_ADDR'] = where;
  environment.PLUGIN_TOKEN = token;
  environment.PLUGIN_TOKEN_FOR = where;
  environment.PLUGIN_LIFELINE = 'stdin';
  return environment;
}

function inheritedNames(inherit: BinaryLaunch['inheritEnv'], host: NodeJS.ProcessEnv): readonly string[] {
  if (inherit === true) return Object.keys(host);
  return inherit === false ? [] : inherit;
}
