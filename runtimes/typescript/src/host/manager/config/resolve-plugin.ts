import { resolve } from 'node:path';
import type { BinaryLaunch, DockerLaunch, PluginSpec, RemoteLaunch } from '../../supervise/plugin-spec.ts';
import { containerDefaults } from '../../supervise/plugin-spec.ts';
import {
  builtInDefaults,
  type ConfigDefaults,
  defaultDialTimeoutMs,
  defaultsShape,
  type PluginEntry,
} from './shape.ts';

type Entry<Type> = Extract<PluginEntry, { type?: Type | undefined }>;

export interface ResolveContext {
  readonly defaults: ConfigDefaults;
  /** The config file's directory, absolute. */
  readonly folder: string;
  readonly contractHash: string;
  readonly token: string | undefined;
}

const builtIn = defaultsShape.parse(builtInDefaults) as Required<ConfigDefaults>;

/** Fills in what an entry leaves out and makes its paths absolute. */
export function resolvePlugin(entry: PluginEntry, context: ResolveContext): PluginSpec {
  const { defaults } = context;
  const setting = <Key extends keyof ConfigDefaults>(key: Key): NonNullable<ConfigDefaults[Key]> =>
    (entry[key] ?? defaults[key] ?? builtIn[key]) as NonNullable<ConfigDefaults[Key]>;
  return {
    name: entry.name,
    launch: resolveLaunch(entry, context),
    contractHash: context.contractHash,
    optional: entry.optional ?? false,
    startupTimeoutMs: setting('startup_timeout'),
    shutdownTimeoutMs: setting('shutdown_timeout'),
    healthIntervalMs: setting('health_interval'),
    maxRestarts: setting('max_restarts'),
    restartBackoffMaxMs: setting('restart_backoff_max'),
    stableAfterMs: setting('stable_after'),
    unresponsiveTimeoutMs: setting('unresponsive_timeout'),
    callTimeoutMs: setting('call_timeout'),
    maxMessageBytes: setting('max_message_bytes'),
    minProtocol: setting('min_protocol'),
  };
}

function resolveLaunch(entry: PluginEntry, context: ResolveContext): PluginSpec['launch'] {
  if (entry.type === 'docker') return dockerLaunch(entry);
  if (entry.type === 'remote') return remoteLaunch(entry, context.token);
  return binaryLaunch(entry, context.folder);
}

function binaryLaunch(entry: Entry<'binary'>, folder: string): BinaryLaunch {
  return {
    type: 'binary',
    // A name without a slash is the launcher's to find on PATH.
    path: entry.path.includes('/') ? resolve(folder, entry.path) : entry.path,
    args: entry.args ?? [],
    transport: entry.transport ?? 'unix',
    env: entry.env ?? {},
    inheritEnv: entry.inherit_env ?? true,
    cwd: resolve(folder, entry.cwd ?? '.'),
  };
}

function dockerLaunch(entry: Entry<'docker'>): DockerLaunch {
  return {
    type: 'docker',
    image: entry.image,
    args: entry.args ?? [],
    transport: entry.transport ?? containerDefaults.transport,
    env: entry.env ?? {},
    resources: { ...entry.resources, pids: entry.resources?.pids ?? containerDefaults.resources.pids },
    pull: entry.pull ?? containerDefaults.pull,
    user: entry.user,
    network: entry.network,
    readOnly: entry.read_only ?? containerDefaults.readOnly,
    tmpSize: entry.tmp_size ?? containerDefaults.tmpSize,
    noNewPrivileges: entry.no_new_privileges ?? containerDefaults.noNewPrivileges,
    capabilities: entry.capabilities ?? containerDefaults.capabilities,
  };
}

function remoteLaunch(entry: Entry<'remote'>, token: string | undefined): RemoteLaunch {
  return {
    type: 'remote',
    ...entry.address,
    dialTimeoutMs: entry.dial_timeout ?? defaultDialTimeoutMs,
    token,
  };
}
