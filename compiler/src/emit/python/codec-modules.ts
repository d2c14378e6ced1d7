import type { Schema } from '../../model.ts';
import type { GeneratedFile } from '../generated-file.ts';
import { valueDefinitions } from '../value-definitions.ts';
import { emitCodecsFile } from './codecs/codecs-file.ts';
import { PythonNames } from './names.ts';
import { type PythonContext, PythonFile } from './source-file.ts';
import { emitValuesFile, printEnum } from './values-file.ts';

export interface PythonCodecOptions {
  /** The tool's version, for the header of each file. */
  readonly version: string;
  /** Where the codec support is imported from. Default `pluginart`. */
  readonly runtimeModule?: string;
  /** Names of enums to leave out, because they are defined elsewhere. */
  readonly omitEnums?: readonly string[];
}

/** A package of messages alone, for a schema that declares no methods: `encode_...` and `decode_...` for each table. */
export function generatePythonCodecs(schema: Schema, options: PythonCodecOptions): GeneratedFile[] {
  const context = contextOf(schema, options);
  const names = new PythonNames(schema);
  const { enums, ...others } = valueDefinitions(schema);
  const kept = enums.filter(({ name }) => !options.omitEnums?.includes(name));
  const definitions = { ...others, enums: kept };
  return [
    emitCodecsFile(context, definitions, names, { asMessages: true }),
    emitValuesFile(context, definitions, names),
  ];
}

/** A module with nothing but one enum. */
export function generatePythonEnum(
  schema: Schema,
  name: string,
  path: string,
  options: PythonCodecOptions,
): GeneratedFile {
  const definition = schema.enums.find((each) => each.name === name);
  if (definition === undefined) throw new TypeError(`${schema.file} has no enum ${name}`);
  const file = new PythonFile(contextOf(schema, options), path);
  printEnum(file, definition, new PythonNames(schema));
  return file.finish('What goes wrong, by number.');
}

function contextOf(schema: Schema, options: PythonCodecOptions): PythonContext {
  return { schema, version: options.version, runtimeModule: options.runtimeModule ?? 'pluginart' };
}
