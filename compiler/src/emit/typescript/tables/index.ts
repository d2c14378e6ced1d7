/** The FlatBuffers face of a schema: classes as flatc 25 generates them, over the official runtime. */
import type { Schema, StructDef } from '../../../model.ts';
import type { GeneratedFile } from '../../generated-file.ts';
import type { EmitContext } from '../source-file.ts';
import type { ClassLayout } from './class-layout.ts';
import { emitEnum } from './enum-file.ts';
import { emitStruct } from './struct-file.ts';
import { emitTable } from './table-file.ts';
import { emitUnion } from './union-file.ts';

export { emitCallFiles } from './call-file.ts';
export { ClassLayout, type ClassPlace } from './class-layout.ts';

/** One file for every enum, struct, table and union of the schema, in that order. */
export function emitTables(context: EmitContext, layout: ClassLayout): GeneratedFile[] {
  const { schema } = context;
  const inArrays = structsInArrays(schema);
  return [
    ...schema.enums.map((definition) => emitEnum(context, definition, layout)),
    ...schema.structs.map((struct) => emitStruct(context, struct, layout, inArrays.has(struct))),
    ...schema.tables.map((table) => emitTable(context, table, layout)),
    ...schema.unions.map((union) => emitUnion(context, union, layout)),
  ];
}

/** Structs that are elements of fixed arrays, and those nested in them: they are passed as objects. */
function structsInArrays({ structs }: Schema): Set<StructDef> {
  const found = new Set<StructDef>();
  const add = (struct: StructDef): void => {
    found.add(struct);
    for (const { type } of struct.fields) if (type.kind === 'struct') add(type.struct);
  };
  for (const { fields } of structs) {
    for (const { type } of fields) {
      if (type.kind === 'array' && type.element.kind === 'struct') add(type.element.struct);
    }
  }
  return found;
}
