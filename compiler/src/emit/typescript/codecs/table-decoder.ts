import type { TableDef, TableField } from '../../../model.ts';
import { stringLiteral } from '../../../printer/index.ts';
import { isBytes, valueFields } from '../value-types.ts';
import { isChild, readChild } from './child-code.ts';
import type { CodecFile } from './codec-file.ts';
import { type LocalName, localNames } from './local-names.ts';
import { defaultLiteral, loadScalar, scalarBytes, wireScalar } from './scalar-code.ts';

/**
 * Prints the function that reads one table. Places of fields are looked up first, while the table is the open
 * one; then children are read in the order of their slots, which is the order in which they were written.
 */
export function printTableDecoder(codecs: CodecFile, table: TableDef): void {
  const { body, names } = codecs;
  const parameters = [`reader: ${codecs.file.codecType('Reader')}`, 'at: number', 'depth: number'];
  body.line(`/** Reads the \`${table.name}\` at \`at\`. */`);
  codecs.printFunction(`export function ${names.decoder(table)}`, parameters, codecs.received(table), () => {
    const local = localNames(table, names);
    const fields = valueFields(table);
    body.line('reader.table(at, depth);');
    for (const field of fields) printLookUp(codecs, field, local(field));
    if (fields.some((field) => !isChild(field))) body.line('const view = reader.view;');
    for (const field of fields.filter(isChild)) {
      const { variable } = local(field);
      const union = field.type.kind === 'union';
      const read = readChild(codecs, field, `${variable}At`, union ? `${variable}Code` : `${variable}CodeAt`);
      const place = union ? `${variable}Code` : `${variable}At`;
      codecs.printChoice(
        `const ${variable} =`,
        `${place} === 0`,
        whenAbsent(codecs, table, field),
        read,
        ';',
      );
    }
    printResult(codecs, table, fields, local);
  });
}

function printLookUp({ body }: CodecFile, field: TableField, { variable }: LocalName): void {
  const entry = 4 + 2 * field.slot;
  if (field.type.kind === 'union') {
    body.line(`const ${variable}Code = reader.unionCode(${entry - 2});`);
  } else if (field.type.kind === 'vector' && field.type.element.kind === 'union') {
    body.line(`const ${variable}CodeAt = reader.field(${entry - 2}, 4);`);
  }
  body.line(`const ${variable}At = reader.field(${entry}, ${bytesInTable(field)});`);
}

function printResult(
  codecs: CodecFile,
  table: TableDef,
  fields: readonly TableField[],
  local: (field: TableField) => LocalName,
): void {
  const { body } = codecs;
  if (fields.length === 0) {
    body.line('return {};');
    return;
  }
  body.block(
    'return {',
    () => {
      for (const field of fields) {
        const { property, variable } = local(field);
        if (isChild(field)) {
          body.line(property === variable ? `${property},` : `${property}: ${variable},`);
        } else {
          const at = `${variable}At`;
          codecs.printChoice(
            `${property}:`,
            `${at} === 0`,
            whenAbsent(codecs, table, field),
            load(codecs, field, at),
            ',',
          );
        }
      }
    },
    '};',
  );
}

/** What lies in the table itself. */
function load(codecs: CodecFile, { type }: TableField, at: string): string {
  if (type.kind === 'struct') return `${codecs.names.decoder(type.struct)}(view, ${at})`;
  if (type.kind === 'scalar') return loadScalar(type.scalar, at);
  if (type.kind === 'enum') return codecs.asEnum(loadScalar(type.enum.underlying, at), type.enum);
  throw new Error('the field stands outside of its table');
}

function whenAbsent(codecs: CodecFile, table: TableDef, field: TableField): string {
  if (field.required) return `${codecs.support('missingField')}('${table.name}.${field.name}')`;
  switch (field.default.kind) {
    case 'absent':
      return 'undefined';
    case 'string':
      return stringLiteral(field.default.value, "'");
    case 'empty-vector':
      return field.type.kind === 'vector' && isBytes(field.type.element) ? 'new Uint8Array(0)' : '[]';
    case 'value':
      return defaultLiteral(field)!;
  }
}

function bytesInTable({ type }: TableField): number {
  if (type.kind === 'scalar' || type.kind === 'enum') return scalarBytes[wireScalar(type)];
  return type.kind === 'struct' ? type.struct.size : 4;
}
