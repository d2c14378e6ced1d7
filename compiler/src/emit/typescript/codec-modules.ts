import type { Schema } from '../../model.ts';
import type { GeneratedFile } from '../generated-file.ts';
import { valueDefinitions } from '../value-definitions.ts';
import { emitCodecsFile } from './codecs/codecs-file.ts';
import { ValueNames } from './names.ts';
import { type EmitContext, SourceFile } from './source-file.ts';
import { emitValuesFile, printEnum } from './values-file.ts';

export interface CodecModulesOptions {
  /** The tool's version, for the header of each file. */
  readonly version: string;
  /** The module of the codec support. Default `pluginart/codec`. */
  readonly codecModule?: string;
  /** How relative imports end. Default `.js`. */
  readonly importExtension?: '.js' | '.ts';
  /** Names of enums to leave out, because they have a file of their own. */
  readonly omitEnums?: readonly string[];
}

/** `values.ts` and `codecs.ts` alone, for a schema that declares messages and no methods. */
export function generateCodecModules(schema: Schema, options: CodecModulesOptions): GeneratedFile[] {
  const context = contextOf(schema, options);
  const names = new ValueNames(schema);
  const { enums, ...others } = valueDefinitions(schema);
  const kept = enums.filter(({ name }) => !options.omitEnums?.includes(name));
  const definitions = { ...others, enums: kept };
  return [
    emitCodecsFile(context, definitions, names, 'codecs.ts', './values'),
    emitValuesFile(context, definitions, names, 'values.ts'),
  ];
}

/**
 * One enum of a schema as a file of its own.
 * @throws TypeError where the schema has no such enum
 */
export function generateEnumModule(
  schema: Schema,
  name: string,
  path: string,
  options: CodecModulesOptions,
): GeneratedFile {
  const definition = schema.enums.find((candidate) => candidate.name === name);
  if (definition === undefined) throw new TypeError(`${schema.file} has no enum ${name}`);
  const file = new SourceFile(contextOf(schema, options), path);
  printEnum(file.body, definition, new ValueNames(schema).received(definition));
  return file.finish();
}

function contextOf(schema: Schema, options: CodecModulesOptions): EmitContext {
  return {
    schema,
    version: options.version,
    runtimeModule: 'pluginart',
    codecModule: options.codecModule ?? 'pluginart/codec',
    importExtension: options.importExtension ?? '.js',
  };
}
