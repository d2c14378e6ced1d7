import type { PluginartError } from '../../errors/index.ts';
import type { StateName } from '../supervise/plugin-state.ts';
import type { LogRecord } from './log-record.ts';

export interface StateEvent {
  readonly plugin: string;
  readonly from: StateName;
  readonly to: StateName;
  /** Why, where something went wrong. */
  readonly error: PluginartError | undefined;
}

export interface RestartEvent {
  readonly plugin: string;
  /** Counts from 1 since the plugin was last stable. */
  readonly attempt: number;
  /** Milliseconds until it is started again. */
  readonly delayMs: number;
  readonly error: PluginartError;
}

export interface UnresponsiveEvent {
  readonly plugin: string;
  /** Milliseconds without any sign of life. */
  readonly silentMs: number;
  readonly openCalls: number;
}

export interface StuckEvent {
  readonly plugin: string;
  /** Calls that this side has given up on and whose handlers do not return. */
  readonly openCalls: number;
}

/** The events of a `PluginManager`, with their arguments. */
export interface PluginManagerEvents {
  /** A plugin changed its state. */
  state: [event: StateEvent];
  /** A plugin failed and will be started again. */
  restart: [event: RestartEvent];
  /** A plugin printed a line, or pluginart has something to say about it. */
  log: [record: LogRecord];
  /** A plugin with calls open is silent; after `unresponsive_timeout` it is restarted. */
  unresponsive: [event: UnresponsiveEvent];
  /** Every slot of a plugin is taken by calls that were given up on. */
  stuck: [event: StuckEvent];
}
