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
