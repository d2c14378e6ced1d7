import type { GeneratedFile } from '../../generated-file.ts';
import type { ValueDefinitions } from '../../value-definitions.ts';
import type { GoNames } from '../names.ts';
import { type GoContext, GoFile } from '../source-file.ts';
import { printMessageFunctions } from './message-functions.ts';
import { printStructCodec } from './struct-codec.ts';
import { printTableDecoder } from './table-decoder.ts';
import { printTableEncoder } from './table-encoder.ts';
import { printUnionCodec } from './union-codec.ts';

/** The functions that write and read the plain values of all definitions. `asMessages`: exported ones for tables, too. */
export function emitCodecsFile(
  context: GoContext,
  definitions: ValueDefinitions,
  names: GoNames,
  options: { readonly asMessages: boolean },
): GeneratedFile {
  const file = new GoFile(context, 'codecs.go');
  const { body } = file;
  for (const struct of definitions.structs) {
    body.blank();
    printStructCodec(file, struct, names);
  }
  for (const table of definitions.tables) {
    body.blank();
    if (options.asMessages) printMessageFunctions(file, table, names);
    printTableEncoder(file, table, names);
    body.blank();
    printTableDecoder(file, table, names);
  }
  for (const union of definitions.unions) {
    body.blank();
    printUnionCodec(file, union, names);
  }
  return file.finish();
}
