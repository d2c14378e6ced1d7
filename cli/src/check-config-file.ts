import type { ConfigProblem } from 'pluginart/config';
import { describeTarget, findFaults } from './launch-target.ts';
import { paint, print, reportError, reportWarning } from './terminal.ts';

/** What `validate` says about a configuration; with `--json`, as it is here. */
export interface ConfigFileReport {
  readonly ok: boolean;
  readonly file: string;
  readonly plugins: readonly PluginReport[];
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly ConfigProblem[];
}

export interface PluginReport {
  readonly ok: boolean;
  /** `plugins[2]` for one without a usable name. */
  readonly name: string;
  /** The rest is known only where the entry itself is right. */
  readonly type: string | undefined;
  /** The program's path, the image, or the address. */
  readonly target: string | undefined;
  readonly contractHash: string | undefined;
}

export async function checkConfigFile(file: string): Promise<ConfigFileReport> {
  // The parser and the validator are large: keep what is compiled of them for the next run.
  process.getBuiltinModule('node:module').enableCompileCache();
  const { checkConfig } = await import('pluginart/config');
  const checked = checkConfig(file);
  const problems = [...checked.problems];
  const plugins = checked.plugins.map(({ name, placeOf, spec }, index): PluginReport => {
    const faults = spec === undefined ? [] : findFaults(spec.launch);
    for (const { key, message } of faults)
      problems.push({ file, place: placeOf(key), plugin: name, message });
    return {
      ok: spec !== undefined && faults.length === 0,
      name: name ?? `plugins[${index}]`,
      type: spec?.launch.type,
      target: spec === undefined ? undefined : describeTarget(spec.launch),
      contractHash: spec?.contractHash,
    };
  });
  problems.sort((a, b) => (a.place?.line ?? 0) - (b.place?.line ?? 0));
  return { ok: problems.length === 0, file, plugins, problems, warnings: checked.warnings };
}

export async function printConfigReport(report: ConfigFileReport): Promise<void> {
  const { formatProblem } = await import('pluginart/config');
  const widest = Math.max(0, ...report.plugins.map(({ name }) => name.length));
  for (const plugin of report.plugins) {
    const verdict = plugin.ok ? paint('stdout', 'green', 'ok  ') : paint('stdout', 'red', 'FAIL');
    const facts =
      plugin.type === undefined
        ? []
        : [plugin.type.padEnd(6), plugin.target, `${plugin.contractHash?.slice(0, 19)}…`];
    print([verdict, plugin.name.padEnd(widest), ...facts].join('  ').trimEnd());
  }
  for (const warning of report.warnings) reportWarning(formatProblem(warning));
  for (const problem of report.problems) reportError(formatProblem(problem), undefined);
}
