import { type Diagnostic, formatDiagnostic, loadSchema } from '@pluginart/compiler';
import { hasColor, print, printError, reportError } from './terminal.ts';

/** What `validate` says about a schema; with `--json`, as it is here. */
export interface SchemaReport {
  readonly ok: boolean;
  readonly file: string;
  readonly contractHash: string | undefined;
  /** The names of what can be called. Empty where the schema declares no methods. */
  readonly methods: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

export function checkSchema(file: string, includePaths: readonly string[]): SchemaReport {
  const { schema, diagnostics } = loadSchema(file, { includePaths });
  const ok = schema !== undefined && !diagnostics.some(({ severity }) => severity === 'error');
  return {
    ok,
    file,
    contractHash: ok ? schema.contractHash : undefined,
    methods: ok ? (schema.contract?.methods.map(({ name }) => name) ?? []) : [],
    diagnostics,
  };
}

export function printSchemaReport(report: SchemaReport): void {
  const color = hasColor('stderr');
  for (const diagnostic of report.diagnostics) printError(formatDiagnostic(diagnostic, { color }));
  if (report.contractHash !== undefined) {
    print(`contract_hash: ${report.contractHash}`);
    return;
  }
  const count = report.diagnostics.filter(({ severity }) => severity === 'error').length;
  reportError(`${report.file} has ${count === 1 ? 'an error' : `${count} errors`}`, undefined);
}
