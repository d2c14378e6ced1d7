import type { Schema } from '../../model.ts';
import type { GeneratedFile } from '../generated-file.ts';
import { valueDefinitions } from '../value-definitions.ts';
import { emitClientFile } from './client-file.ts';
import { emitCodecsFile } from './codecs/codecs-file.ts';
import { emitContractFile } from './contract-file.ts';
import { ValueNames } from './names.ts';
import { emitServiceFile } from './service-file.ts';
import type { EmitContext } from './source-file.ts';
import { ClassLayout, emitCallFiles, emitTables } from './tables/index.ts';
import { emitValuesFile } from './values-file.ts';

export interface BindingsOptions {
  readonly language: 'typescript';
  /** A host gets a client, a plugin a service. */
  readonly target: 'host' | 'plugin';
  /** The tool's version, for the header of each file. */
  readonly version: string;
  /** The module of the public types. Default `pluginart`. */
  readonly runtimeModule?: string;
  /** The module of the codec support. Default `pluginart/codec`. */
  readonly codecModule?: string;
  /** How relative imports end: `.ts` for code that Node runs without a compiler. Default `.js`. */
  readonly importExtension?: '.js' | '.ts';
}

/**
 * All files of one side's bindings, their paths relative to `--out`, sorted. The same schema and options give
 * the same text.
 * @throws TypeError where the schema declares no methods
 */
export function generateBindings(schema: Schema, options: BindingsOptions): GeneratedFile[] {
  const { contract } = schema;
  if (contract === undefined) throw new TypeError(`${schema.file} declares no methods`);
  const { target, version } = options;
  const context: EmitContext = {
    schema,
    version,
    runtimeModule: options.runtimeModule ?? 'pluginart',
    codecModule: options.codecModule ?? 'pluginart/codec',
    importExtension: options.importExtension ?? '.js',
  };
  const names = new ValueNames(schema);
  const classes = new ClassLayout(schema, target === 'plugin' ? 'fb' : '');
  const definitions = valueDefinitions(schema);
  const files = [
    emitContractFile(context, target),
    emitValuesFile(context, definitions, names, 'values.ts'),
    emitCodecsFile(context, definitions, names, 'codecs.ts', './values'),
    target === 'host'
      ? emitClientFile(context, contract, names, classes)
      : emitServiceFile(context, contract, names),
    ...emitTables(context, classes),
    ...emitCallFiles(context, contract, classes, names),
  ];
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}
