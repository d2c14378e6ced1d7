/** One plugin, resolved: paths absolute, durations in milliseconds, defaults filled in. 0 = none where noted. */
export interface PluginSpec {
  readonly name: string;
  readonly launch: BinaryLaunch | DockerLaunch | RemoteLaunch;
  /** `sha256:` and 64 hex digits. */
  readonly contractHash: string;
  /** The host starts without it. */
  readonly optional: boolean;
  readonly startupTimeoutMs: number;
  readonly shutdownTimeoutMs: number;
  readonly healthIntervalMs: number;
  readonly maxRestarts: number;
  readonly restartBackoffMaxMs: number;
  readonly stableAfterMs: number;
  readonly unresponsiveTimeoutMs: number;
  /** 0 = none. */
  readonly callTimeoutMs: number;
  readonly maxMessageBytes: number;
  readonly minProtocol: 1 | 2;
}

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

export interface DockerLaunch {
  readonly type: 'docker';
  readonly image: string;
  readonly args: readonly string[];
  readonly transport: 'unix' | 'tcp';
  readonly env: Readonly<Record<string, string>>;
  /** As docker's own flags take them: `256m`, `1.5`. */
  readonly resources: { readonly memory?: string | undefined; readonly cpus?: number | undefined };
}

export interface RemoteLaunch {
  readonly type: 'remote';
  readonly host: string;
  readonly port: number;
  readonly dialTimeoutMs: number;
  /** The secret shared with the plugin, read from the variable that `token_env` names; as hex. */
  readonly token?: string | undefined;
}
