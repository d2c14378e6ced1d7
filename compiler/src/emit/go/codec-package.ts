import type { Schema } from '../../model.ts';
import type { GeneratedFile } from '../generated-file.ts';
import { valueDefinitions } from '../value-definitions.ts';
import { emitCodecsFile } from './codecs/codecs-file.ts';
import { GoNames } from './names.ts';
import type { GoContext } from './source-file.ts';
import { emitValuesFile } from './values-file.ts';

export interface CodecPackageOptions {
  /** The tool's version, for the header of each file. */
  readonly version: string;
  readonly packageName: string;
  /** Names of enums to leave out, because they are defined elsewhere. */
  readonly omitEnums?: readonly string[];
}

/** A Go package of messages alone, for a schema that declares no methods: `Append...` and `Decode...` for each table. */
export function generateCodecPackage(schema: Schema, options: CodecPackageOptions): GeneratedFile[] {
  const context: GoContext = {
    schema,
    version: options.version,
    folder: '',
    packageName: options.packageName,
  };
  const names = new GoNames(schema);
  const { enums, ...others } = valueDefinitions(schema);
  const kept = enums.filter(({ name }) => !options.omitEnums?.includes(name));
  const definitions = { ...others, enums: kept };
  return [
    emitCodecsFile(context, definitions, names, { asMessages: true }),
    emitValuesFile(context, definitions, names),
  ];
}
