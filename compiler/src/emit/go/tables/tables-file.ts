import type { Schema, UnionDef } from '../../../model.ts';
import type { GeneratedFile } from '../../generated-file.ts';
import { printRows } from '../aligned.ts';
import type { GoNames } from '../names.ts';
import { type GoContext, GoFile } from '../source-file.ts';
import { printEnumNames } from '../values-file.ts';
import { printStructClass } from './struct-class.ts';
import { printTableAccessor } from './table-accessors.ts';
import { printTableBuilders } from './table-builders.ts';

/**
 * `tables.go`: accessors and builder functions over the official runtime, in flatc's shape without mutators. One file
 * for all: files named after tables could end in `_test.go` or `_linux.go`.
 */
export function emitTablesFile(context: GoContext, schema: Schema, names: GoNames): GeneratedFile {
  const file = new GoFile(context, 'tables.go');
  const { body } = file;
  for (const union of schema.unions) {
    body.blank();
    printUnionCodes(file, union, names);
  }
  for (const struct of schema.structs) {
    body.blank();
    printStructClass(file, struct, names);
  }
  for (const table of schema.tables) {
    body.blank();
    printTableAccessor(file, table, names);
    printTableBuilders(file, table, names);
  }
  return file.finish();
}

function printUnionCodes(file: GoFile, union: UnionDef, names: GoNames): void {
  const { body } = file;
  const stem = names.stem(union);
  const members = union.members.map(({ name, code, doc }) => ({
    name,
    code,
    doc,
    constant: names.constant(union, name),
  }));
  const values = [{ name: 'NONE', code: 0, doc: [], constant: `${stem}NONE` }, ...members];
  body.line(`// ${stem} is the type code of a ${union.name}.`);
  body.line(`type ${stem} byte`);
  body.blank();
  const rows = values.map(({ constant, code, doc }) => ({ doc, cells: [constant, stem, `= ${code}`] }));
  body.block('const (', () => printRows(body, rows), ')');
  printEnumNames(
    file,
    stem,
    values.map(({ name, constant }) => ({ name, constant, isAlias: false })),
  );
}
