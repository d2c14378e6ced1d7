import type { GeneratedFile } from '../../generated-file.ts';
import type { ValueDefinitions } from '../../value-definitions.ts';
import type { ValueNames } from '../names.ts';
import { type EmitContext, SourceFile } from '../source-file.ts';
import { CodecFile } from './codec-file.ts';
import { printStructCodec } from './struct-codec.ts';
import { printTableDecoder } from './table-decoder.ts';
import { printTableEncoder } from './table-encoder.ts';
import { printUnionCodec } from './union-codec.ts';
import { printVectorCodec } from './vector-codec.ts';

/** The functions that write and read the plain values of all definitions. */
export function emitCodecsFile(
  context: EmitContext,
  definitions: ValueDefinitions,
  names: ValueNames,
  path: string,
  valuesModule: string,
): GeneratedFile {
  const codecs = new CodecFile(new SourceFile(context, path), names, valuesModule);
  const { body } = codecs;
  for (const struct of definitions.structs) {
    printStructCodec(codecs, struct);
    body.blank();
  }
  for (const table of definitions.tables) {
    printTableEncoder(codecs, table);
    body.blank();
    printTableDecoder(codecs, table);
    body.blank();
  }
  for (const union of definitions.unions) {
    printUnionCodec(codecs, union);
    body.blank();
  }
  for (const element of [...definitions.structs, ...definitions.tables, ...definitions.unions]) {
    if (codecs.vectorsOf.has(element)) printVectorCodec(codecs, element);
  }
  return codecs.file.finish();
}
