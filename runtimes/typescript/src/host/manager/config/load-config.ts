import { ConfigError } from '../../../errors/index.ts';
import type { PluginSpec } from '../../supervise/plugin-spec.ts';
import { checkConfig } from './check-config.ts';
import { type ConfigProblem, formatProblem } from './problem.ts';

export interface LoadedConfig {
  /** In the order of the file. */
  readonly plugins: readonly PluginSpec[];
  /** Worth telling the operator; nothing that stops the host. */
  readonly warnings: readonly ConfigProblem[];
}

/**
 * Reads a `pluginart.toml`, with `contract_hash` computed where the file names a schema, and secrets read from
 * the environment.
 * @throws ConfigError naming everything that is wrong, each with file, line and column.
 */
export async function loadConfig(file: string): Promise<LoadedConfig> {
  const { plugins, problems, warnings } = checkConfig(file);
  if (problems.length > 0) throw new ConfigError(describeProblems(problems));
  return { plugins: plugins.flatMap(({ spec }) => spec ?? []), warnings };
}

function describeProblems(problems: readonly ConfigProblem[]): string {
  const lines = problems.map(formatProblem);
  return lines.length === 1
    ? lines.join()
    : `${lines.length} errors in the configuration:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}
