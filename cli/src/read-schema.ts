import { formatDiagnostic, loadSchema, type Schema } from '@pluginart/compiler';
import type { Input } from './command.ts';
import { Failure } from './failure.ts';
import { findSchema } from './find-schema.ts';
import { hasColor, printError } from './terminal.ts';

/**
 * Finds and compiles the schema of `--schema` and `-I`. Warnings and errors go to stderr.
 * @throws Failure where there are errors, or no method to generate for
 */
export async function readSchema(input: Input): Promise<Schema> {
  const file = await findSchema(input.values.get('schema'));
  const { schema, diagnostics } = loadSchema(file, { includePaths: input.lists.get('include') ?? [] });
  for (const diagnostic of diagnostics) {
    printError(formatDiagnostic(diagnostic, { color: hasColor('stderr') }));
  }
  const count = diagnostics.filter(({ severity }) => severity === 'error').length;
  if (schema === undefined || count > 0) {
    throw new Failure(`${file} has ${count === 1 ? 'an error' : `${count} errors`}; nothing was written`);
  }
  if (schema.contract === undefined) {
    throw new Failure(
      `${file} declares no methods, so there is nothing to call`,
      'Add a service: rpc_service Echo { Echo(EchoRequest): EchoResponse; }',
    );
  }
  return schema;
}
