import type { TableDef, TableField } from '../../../model.ts';
import { valueFields } from '../../value-fields.ts';
import type { GoNames } from '../names.ts';
import { loadScalar, scalarBytes, wireScalar } from '../scalar-code.ts';
import type { GoFile } from '../source-file.ts';
import { isPointer } from '../value-types.ts';
import { presetFields } from '../values-file.ts';
import { readChild } from './child-code.ts';

/** Prints the function that reads one table. */
export function printTableDecoder(file: GoFile, table: TableDef, names: GoNames): void {
  const { body } = file;
  const stem = names.stem(table);
  const value = names.value(table);
  const fields = valueFields(table);
  body.line(`// decode${stem} reads the ${table.name} at a position.`);
  body.block(`func decode${stem}(r *${file.use('codec', 'Reader')}, at, depth int) *${value} {`, () => {
    body.line(fields.length > 0 ? 't := r.Table(at, depth)' : 'r.Table(at, depth)');
    if (fields.length === 0) {
      body.line(`return &${value}{}`);
      return;
    }
    body.line(presetFields(table).length > 0 ? `v := ${names.constructorOf(table)}()` : `v := &${value}{}`);
    for (const field of fields) printField(file, table, field, names);
    body.line('return v');
  });
}

function printField(file: GoFile, table: TableDef, field: TableField, names: GoNames): void {
  const { body } = file;
  const entry = 4 + 2 * field.slot;
  const { type } = field;
  const label = `"${table.name}.${field.name}"`;
  const isUnionVector = type.kind === 'vector' && type.element.kind === 'union';
  const look = `at := r.Field(t, ${entry}, ${bytesInTable(field)})`;
  const assign = (): void => body.line(read(file, table, field, names));
  const otherwise = field.required ? () => body.line(`r.Missing(${label})`) : undefined;
  const close = (): void => {
    if (otherwise === undefined) body.line('}');
    else body.block('} else {', otherwise);
  };
  if (type.kind === 'union') {
    body.line(`if code := r.UnionCode(t, ${entry - 2}); code != 0 {`);
    body.indented(() => {
      body.block(`if ${look}; at != 0 {`, assign, '} else {');
      body.indented(() => body.line(`r.Missing("the value of ${table.name}.${field.name}")`));
      body.line('}');
    });
    close();
    return;
  }
  body.line(`if ${look}; at != 0 {`);
  body.indented(() => {
    if (isUnionVector) {
      body.block(`if code := r.Field(t, ${entry - 2}, 4); code != 0 {`, assign, '} else {');
      body.indented(() => body.line(`r.Missing("the type codes of ${table.name}.${field.name}")`));
      body.line('}');
    } else {
      assign();
    }
  });
  close();
}

function read(file: GoFile, table: TableDef, field: TableField, names: GoNames): string {
  const target = `v.${names.field(table, field.name)}`;
  const { type } = field;
  if (type.kind === 'struct') {
    const get = `get${names.stem(type.struct)}`;
    return isPointer(field)
      ? `${target} = new(${names.value(type.struct)})\n${get}(r, at, ${target})`
      : `${get}(r, at, &${target})`;
  }
  const value =
    type.kind === 'scalar' || type.kind === 'enum'
      ? loadScalar(type, 'at', names)
      : readChild(file, names, field, `"${table.name}.${field.name}"`);
  return `${target} = ${isPointer(field) ? `new(${value})` : value}`;
}

function bytesInTable({ type }: TableField): number {
  if (type.kind === 'scalar' || type.kind === 'enum') return scalarBytes[wireScalar(type)];
  return type.kind === 'struct' ? type.struct.size : 4;
}
