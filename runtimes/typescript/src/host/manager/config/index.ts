/** `pluginart.toml`: what the manager starts from. Loads the TOML parser and the validator, so import it lazily. */

export type { PluginSpec } from '../../supervise/plugin-spec.ts';
export { type CheckedPlugin, type ConfigReport, checkConfig } from './check-config.ts';
export { configJsonSchema } from './json-schema.ts';
export { type LoadedConfig, loadConfig } from './load-config.ts';
export { type ConfigProblem, formatProblem, type Place } from './problem.ts';
export type { ConfigDefaults, ConfigFile, PluginEntry, PluginType } from './shape.ts';
