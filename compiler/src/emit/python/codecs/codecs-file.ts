import type { EnumDef, StructDef, TableDef, Type } from '../../../model.ts';
import type { GeneratedFile } from '../../generated-file.ts';
import type { ValueDefinitions } from '../../value-definitions.ts';
import { valueFields } from '../../value-fields.ts';
import type { PythonNames } from '../names.ts';
import { type PythonContext, PythonFile } from '../source-file.ts';
import { printEnumMap } from './enum-map.ts';
import { printFunction } from './print-function.ts';
import { printStructCodec } from './struct-codec.ts';
import { printTableDecoder } from './table-decoder.ts';
import { printTableEncoder } from './table-encoder.ts';
import { printUnionCodec, printUnionCodes } from './union-codec.ts';

/** `codecs.py`: writes and reads the plain values of all definitions. `asMessages`: whole messages of each table, too. */
export function emitCodecsFile(
  context: PythonContext,
  definitions: ValueDefinitions,
  names: PythonNames,
  options: { readonly asMessages: boolean },
): GeneratedFile {
  const file = new PythonFile(context, 'codecs.py');
  for (const definition of enumsIn(definitions)) printEnumMap(file, definition, names);
  for (const struct of innermostFirst(definitions.structs)) printStructCodec(file, struct, names);
  // What the tables' layouts name has to be there before them.
  for (const union of definitions.unions) printUnionCodes(file, union, names);
  for (const table of definitions.tables) {
    printTableEncoder(file, table, names);
    printTableDecoder(file, table, names);
    if (options.asMessages) printMessageFunctions(file, table, names);
  }
  for (const union of definitions.unions) printUnionCodec(file, union, names);
  return file.finish('Plain values to bytes and back.');
}

function printMessageFunctions(file: PythonFile, table: TableDef, names: PythonNames): void {
  const snake = names.snake(table);
  const value = file.sibling('values', names.value(table));
  printFunction(file, `encode_${snake}`, [`value: ${value}`], 'bytes', () => {
    file.body.line(`"""Encode a whole message. Raises INVALID_PAYLOAD."""`);
    file.body.line(`return ${file.codec('encode')}(write_${snake}, value)`);
  });
  printFunction(file, `decode_${snake}`, ['data: bytes'], value, () => {
    file.body.line(`"""Decode a whole message. Raises INVALID_PAYLOAD."""`);
    file.body.line(`return ${file.codec('decode')}(read_${snake}, data)`);
  });
}

/** Those that are read somewhere. */
function enumsIn({ enums, structs, tables }: ValueDefinitions): readonly EnumDef[] {
  const used = new Set<EnumDef>();
  const note = (type: Type): void => {
    if (type.kind === 'enum') used.add(type.enum);
    else if (type.kind === 'vector' || type.kind === 'array') note(type.element);
  };
  for (const struct of structs) for (const { type } of struct.fields) note(type);
  for (const table of tables) for (const { type } of valueFields(table)) note(type);
  return enums.filter((definition) => used.has(definition));
}

function innermostFirst(structs: readonly StructDef[]): StructDef[] {
  const ordered = new Set<StructDef>();
  const add = (struct: StructDef): void => {
    for (const { type } of struct.fields) {
      const inner = type.kind === 'array' ? type.element : type;
      if (inner.kind === 'struct') add(inner.struct);
    }
    ordered.add(struct);
  };
  for (const struct of structs) add(struct);
  return [...ordered];
}
