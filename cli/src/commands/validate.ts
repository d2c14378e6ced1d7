import type { ExitCode, Input } from '../command.ts';
import { UsageError } from '../failure.ts';
import { findSchema } from '../find-schema.ts';
import { printJson } from '../terminal.ts';

export async function run(input: Input): Promise<ExitCode> {
  const { positional, values, lists, flags } = input;
  const option = values.get('schema');
  if (positional !== undefined && option !== undefined) {
    throw new UsageError(`the schema is given twice: "${positional}" and --schema ${option}`);
  }
  const pattern = positional ?? option;
  if (positional?.endsWith('.toml')) {
    throw new UsageError(
      `"${positional}" looks like a configuration, not a schema`,
      `Did you mean: pluginart validate --config ${positional}`,
    );
  }
  const configFile = values.get('config');
  const includePaths = lists.get('include') ?? [];
  const isJson = flags.has('json');
  let isFine = true;
  const result: Record<string, unknown> = {};
  if (pattern !== undefined || configFile === undefined) {
    const { checkSchema, printSchemaReport } = await import('../check-schema.ts');
    const report = checkSchema(await findSchema(pattern), includePaths);
    if (!isJson) printSchemaReport(report);
    result.schema = report;
    isFine &&= report.ok;
  }
  if (configFile !== undefined) {
    const { checkConfigFile, printConfigReport } = await import('../check-config-file.ts');
    const report = await checkConfigFile(configFile);
    if (!isJson) await printConfigReport(report);
    result.config = report;
    isFine &&= report.ok;
  }
  if (isJson) printJson(result);
  return isFine ? 0 : 1;
}
