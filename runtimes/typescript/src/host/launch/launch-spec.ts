/** How to start a plugin, resolved: paths absolute, durations in milliseconds, defaults filled in. */
export type LaunchSpec = BinaryLaunch | DockerLaunch | RemoteLaunch;

export interface BinaryLaunch {
  readonly type: 'binary';
  /** Absolute, or a bare name to be looked up on PATH. */
  readonly path: string;
  readonly args: readonly string[];
  readonly transport: 'unix' | 'tcp';
  readonly env: Readonly<Record<string, string>>;
  /** All of the host's environment, none of it, or the variables listed. */
  readonly inheritEnv: boolean | readonly string[];
  readonly cwd: string;
}

/** A container that the host starts, on the engine that the `docker` command of this machine talks to. */
export interface DockerLaunch {
  readonly type: 'docker';
  readonly image: string;
  /** Of the image's entry point, not of docker. */
  readonly args: readonly string[];
  /** `unix` needs an engine that shares this machine's files: Linux. */
  readonly transport: 'unix' | 'tcp';
  readonly env: Readonly<Record<string, string>>;
  readonly resources: ContainerResources;
  /** When a registry is asked for the image. */
  readonly pull: 'never' | 'missing' | 'always';
  /** As `docker run --user` takes it. Default: the image's; with `unix`, where this host is not root, the host's own. */
  readonly user?: string | undefined;
  /** As `docker run --network` takes it. Default: the engine's. */
  readonly network?: string | undefined;
  /** Nothing but /tmp can be written to. */
  readonly readOnly: boolean;
  /** How much /tmp may hold, in memory: `64m`. */
  readonly tmpSize: string;
  /** No program gains rights by being set-user-ID. */
  readonly noNewPrivileges: boolean;
  /** Linux capabilities that are left to it; all others are dropped. */
  readonly capabilities: readonly string[];
}

/** Limits, as docker's own flags take them. */
export interface ContainerResources {
  /** `256m`. Default: none. */
  readonly memory?: string | undefined;
  /** Processors, `1.5`. Default: none. */
  readonly cpus?: number | undefined;
  /** Processes and threads. */
  readonly pids: number;
}

/** What a container gets that says nothing else: as little as most plugins can do with. */
export const containerDefaults = {
  transport: 'tcp',
  resources: { pids: 512 },
  // A download in the middle of a start would outlast every startup_timeout.
  pull: 'never',
  readOnly: true,
  tmpSize: '64m',
  noNewPrivileges: true,
  capabilities: [],
} as const satisfies Partial<DockerLaunch>;

export interface RemoteLaunch {
  readonly type: 'remote';
  readonly host: string;
  readonly port: number;
  readonly dialTimeoutMs: number;
  /** The secret shared with the plugin, read from the variable that `token_env` names; as hex. */
  readonly token?: string | undefined;
}
