/** The host side of the runtime: many plugins, started, kept alive and called. */
export type { LogLevel, LogRecord } from './manager/log-record.ts';
export type {
  PluginManagerEvents,
  RestartEvent,
  StateEvent,
  StuckEvent,
  UnresponsiveEvent,
} from './manager/manager-events.ts';
export { PluginManager, type PluginManagerOptions } from './manager/plugin-manager.ts';
export type {
  BinaryLaunch,
  DockerLaunch,
  LaunchSpec,
  PluginSpec,
  RemoteLaunch,
} from './supervise/plugin-spec.ts';
export type { StateName } from './supervise/plugin-state.ts';
export type { PluginStatus } from './supervise/plugin-status.ts';
