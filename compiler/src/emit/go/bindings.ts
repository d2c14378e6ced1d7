import type { Schema } from '../../model.ts';
import type { GeneratedFile } from '../generated-file.ts';
import { valueDefinitions } from '../value-definitions.ts';
import { emitClientFile } from './client-file.ts';
import { emitCodecsFile } from './codecs/codecs-file.ts';
import { emitContractFile } from './contract-file.ts';
import { emitHelperFiles } from './helpers-file.ts';
import { emitMethodsFile } from './methods-file.ts';
import { GoNames, packageOf } from './names.ts';
import { emitServiceFile } from './service-file.ts';
import type { GoContext } from './source-file.ts';
import { emitTablesFile } from './tables/tables-file.ts';
import { emitValuesFile } from './values-file.ts';

export interface GoBindingsOptions {
  /** A host gets a client, a plugin a service. */
  readonly target: 'host' | 'plugin';
  /** The tool's version, for the header of each file. */
  readonly version: string;
}

/**
 * All files of one side's bindings: one Go package, in the folder of its namespace. Paths are relative to `--out`,
 * sorted. The same schema and options give the same text.
 * @throws TypeError where the schema declares no methods
 */
export function generateGoBindings(schema: Schema, options: GoBindingsOptions): GeneratedFile[] {
  const { contract } = schema;
  if (contract === undefined) throw new TypeError(`${schema.file} declares no methods`);
  const { target, version } = options;
  const { name, folder } = packageOf(contract);
  const context: GoContext = { schema, version, folder, packageName: name };
  const names = new GoNames(schema);
  const definitions = valueDefinitions(schema);
  const files = [
    emitContractFile(context, contract, target),
    emitValuesFile(context, definitions, names),
    emitCodecsFile(context, definitions, names, { asMessages: false }),
    emitMethodsFile(context, contract, names),
    emitTablesFile(context, schema, names),
    ...emitHelperFiles(context, contract, names),
    target === 'host' ? emitClientFile(context, contract, names) : emitServiceFile(context, contract, names),
  ];
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}
