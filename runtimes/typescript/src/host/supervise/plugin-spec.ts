import type { LaunchSpec } from '../launch/launch-spec.ts';

export type { BinaryLaunch, DockerLaunch, LaunchSpec, RemoteLaunch } from '../launch/launch-spec.ts';
export { containerDefaults } from '../launch/launch-spec.ts';

/** One plugin, resolved: paths absolute, durations in milliseconds, defaults filled in. 0 = none where noted. */
export interface PluginSpec {
  readonly name: string;
  readonly launch: LaunchSpec;
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
