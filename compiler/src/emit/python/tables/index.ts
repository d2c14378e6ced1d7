/** The FlatBuffers face of a schema: classes as flatc generates them, over the official runtime. */
import type { GeneratedFile } from '../../generated-file.ts';
import { type PythonContext, PythonFile } from '../source-file.ts';
import type { ClassLayout } from './class-layout.ts';
import { emitConstants } from './constants-file.ts';
import { emitStruct } from './struct-file.ts';
import { emitTable } from './table-file.ts';

export { ClassLayout, type ClassPlace } from './class-layout.ts';

/** One module for every enum, struct, table and union of the schema, and what makes packages of their folders. */
export function emitTables(context: PythonContext, layout: ClassLayout): GeneratedFile[] {
  const { enums, structs, tables, unions } = context.schema;
  const modules = [
    ...enums.map((definition) => emitConstants(context, definition, layout)),
    ...structs.map((struct) => emitStruct(context, struct, layout)),
    ...tables.map((table) => emitTable(context, table, layout)),
    ...unions.map((union) => emitConstants(context, union, layout)),
  ];
  const folders = new Set(modules.flatMap(({ path }) => foldersOf(path)));
  const packages = [...folders].map((folder) =>
    new PythonFile(context, `${folder}/__init__.py`).finish('Generated table classes.'),
  );
  return [...modules, ...packages];
}

/** `a/b/C.py` lies in `a` and `a/b`. */
function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, n) => parts.slice(0, n + 1).join('/'));
}
