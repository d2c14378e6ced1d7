import type { Contract, Schema } from '../../model.ts';
import type { GeneratedFile } from '../generated-file.ts';
import { valueDefinitions } from '../value-definitions.ts';
import { emitClientFile } from './client-file.ts';
import { emitCodecsFile } from './codecs/codecs-file.ts';
import { emitContractFile } from './contract-file.ts';
import { contractNames } from './contract-names.ts';
import { emitHelpersFile } from './helpers-file.ts';
import { PythonNames } from './names.ts';
import { emitServiceFile } from './service-file.ts';
import { type PythonContext, PythonFile } from './source-file.ts';
import { ClassLayout, emitTables } from './tables/index.ts';
import { emitValuesFile } from './values-file.ts';

export interface PythonBindingsOptions {
  /** A host gets a client, a plugin a service. */
  readonly target: 'host' | 'plugin';
  /** The tool's version, for the header of each file. */
  readonly version: string;
}

/**
 * All files of one side's bindings: one Python package. Paths are relative to `--out`, sorted. The same schema and
 * options give the same text.
 * @throws TypeError where the schema declares no methods
 */
export function generatePythonBindings(schema: Schema, options: PythonBindingsOptions): GeneratedFile[] {
  const { contract } = schema;
  if (contract === undefined) throw new TypeError(`${schema.file} declares no methods`);
  const { target, version } = options;
  const context: PythonContext = { schema, version, runtimeModule: 'pluginart' };
  const names = new PythonNames(schema);
  const definitions = valueDefinitions(schema);
  const layout =
    target === 'plugin'
      ? new ClassLayout(schema, 'fb')
      : new ClassLayout(schema, undefined, modulesOf(contract));
  const files = [
    new PythonFile(context, '__init__.py').finish(`Generated code for ${contract.name}.`),
    emitContractFile(context, contract, target),
    emitValuesFile(context, definitions, names),
    emitCodecsFile(context, definitions, names, { asMessages: false }),
    target === 'host'
      ? emitClientFile(context, contract, names, layout)
      : emitServiceFile(context, contract, names),
    ...emitTables(context, layout),
    ...emitHelpersFile(context, contract, names, layout),
  ];
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** What a host has beside the folder of its tables. */
function modulesOf(contract: Contract): string[] {
  const { clientFile } = contractNames(contract);
  return ['codecs', 'contract', 'pluginart_helpers', 'values', clientFile];
}
