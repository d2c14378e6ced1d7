import { ConfigError } from '../errors/index.ts';

/** What a host tells the plugin that it starts. PROTOCOL.md, section 2. */
export interface LaunchEnvironment {
  /** The Unix socket to bind. */
  readonly socketPath: string | undefined;
  /** The TCP address to bind, `host:port`. */
  readonly address: string | undefined;
  /** The secret that the host proves to know, hex; only where it counts. */
  readonly token: string | undefined;
  /** A token is there, but for another plugin's address. */
  readonly hasForeignToken: boolean;
  /** The plugin ends when its stdin does. */
  readonly lifeline: boolean;
}

/**
 * Reads the variables and removes the secret ones, so that nothing the plugin starts inherits them.
 * @throws ConfigError PLUGIN_TOKEN counts and is no token
 */
export function takeLaunchEnvironment(env: NodeJS.ProcessEnv): LaunchEnvironment {
  const socketPath = env.PLUGIN_SOCKET || undefined;
  const address = env.PLUGIN_ADDR || undefined;
  const token = env.PLUGIN_TOKEN || undefined;
  const counts = token !== undefined && env.PLUGIN_TOKEN_FOR === (socketPath ?? address);
  const lifeline = counts && env.PLUGIN_LIFELINE === 'stdin';
  delete env.PLUGIN_TOKEN;
  delete env.PLUGIN_TOKEN_FOR;
  delete env.PLUGIN_LIFELINE;
  if (counts && !/^(?:[\da-fA-F]{2}){16,64}$/.test(token)) {
    throw new ConfigError('PLUGIN_TOKEN is no token: expected 16 to 64 bytes as hexadecimal digits');
  }
  return {
    socketPath,
    address,
    token: counts ? token : undefined,
    hasForeignToken: token !== undefined && !counts,
    lifeline,
  };
}
