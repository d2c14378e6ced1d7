import type { PluginartError } from '../../errors/index.ts';
import type { StateName } from './plugin-state.ts';

export interface PluginStatus {
  readonly name: string;
  readonly state: StateName;
  /** Of a container, that of the docker client attached to it. Undefined for remote plugins and where no process runs. */
  readonly pid: number | undefined;
  /** `unix:/tmp/pluginart-x/echo-1.sock`, `127.0.0.1:9000`; undefined unless ready. */
  readonly address: string | undefined;
  /** The protocol version spoken; undefined unless ready. */
  readonly protocol: 1 | 2 | undefined;
  /** What the plugin calls its runtime; undefined unless ready, and in version 1. */
  readonly runtime: string | undefined;
  /** Calls that the plugin owes an answer to. */
  readonly openCalls: number;
  /** Calls that wait for it to get ready. */
  readonly waitingCalls: number;
  /** Starts after the first one, in all. */
  readonly restarts: number;
  /** Failures in a row since it was last stable. */
  readonly failures: number;
  /** What went wrong last. */
  readonly error: PluginartError | undefined;
}
