import type { StructDef, TableDef, UnionDef } from '../../../model.ts';
import type { CodecDef, CodecFile } from './codec-file.ts';

/** Prints the functions for vectors of a definition: writing one, reading one. */
export function printVectorCodec(codecs: CodecFile, element: CodecDef): void {
  const { body } = codecs;
  switch (element.kind) {
    case 'struct':
      printStructs(codecs, element);
      break;
    case 'table':
      printTables(codecs, element);
      break;
    case 'union':
      printUnions(codecs, element);
      break;
  }
  body.blank();
}

function printStructs(codecs: CodecFile, struct: StructDef): void {
  const { body, names } = codecs;
  const { size, alignment } = struct;
  printWriter(codecs, struct, ['slot: number'], [], () => {
    body.line(`const first = writer.vector(slot, count, ${size}, ${Math.max(4, alignment)});`);
    body.line('const view = writer.view;');
    codecs.printLoop(
      'for (let i = 0; i < count; i++)',
      `${names.encoder(struct)}(view, first + ${size} * i, values[i]!);`,
    );
  });
  body.blank();
  printReader(codecs, struct, ['slot: number'], () => {
    body.line(`const first = reader.vector(slot, ${size});`);
    printElements(codecs, struct, `${names.decoder(struct)}(view, first + ${size} * i)`, [
      'const view = reader.view;',
    ]);
  });
}

function printTables(codecs: CodecFile, table: TableDef): void {
  const { body, names } = codecs;
  printWriter(codecs, table, ['slot: number'], ['depth: number'], () => {
    body.line('const first = writer.vector(slot, count, 4, 4);');
    codecs.printLoop(
      'for (let i = 0; i < count; i++)',
      `${names.encoder(table)}(writer, first + 4 * i, values[i]!, depth);`,
    );
  });
  body.blank();
  printReader(codecs, table, ['slot: number', 'depth: number'], () => {
    body.line('const first = reader.vector(slot, 4);');
    printElements(
      codecs,
      table,
      `${names.decoder(table)}(reader, reader.indirect(first + 4 * i), depth)`,
      [],
    );
  });
}

function printUnions(codecs: CodecFile, union: UnionDef): void {
  const { body, names } = codecs;
  printWriter(codecs, union, ['codesSlot: number', 'slot: number'], ['depth: number'], () => {
    body.line('const codes = writer.vector(codesSlot, count, 1, 4);');
    body.block('for (let i = 0; i < count; i++) {', () => {
      body.line(`writer.bytes[codes + i] = ${codecs.codeOf(union)}(values[i]!, field);`);
    });
    body.line('const first = writer.vector(slot, count, 4, 4);');
    codecs.printLoop(
      'for (let i = 0; i < count; i++)',
      `${names.encoder(union)}(writer, first + 4 * i, values[i]!, depth);`,
    );
  });
  body.blank();
  printReader(codecs, union, ['codesSlot: number', 'slot: number', 'depth: number'], () => {
    body.line(
      `if (codesSlot === 0) ${codecs.support('missingField')}('the vector of type codes of ${union.name}');`,
    );
    body.line('const codes = reader.vector(codesSlot, 1);');
    body.line('const codeCount = reader.count;');
    body.line('const first = reader.vector(slot, 4);');
    codecs.printIf(
      'reader.count !== codeCount',
      `reader.fail(codes, 'the vectors of type codes and of values differ in length');`,
    );
    printElements(codecs, union, `${names.decoder(union)}(reader, bytes[codes + i]!, first + 4 * i, depth)`, [
      'const bytes = reader.bytes;',
    ]);
  });
}

function printWriter(
  codecs: CodecFile,
  element: CodecDef,
  slots: readonly string[],
  depth: readonly string[],
  body: () => void,
): void {
  const parameters = [
    `writer: ${codecs.file.codecType('Writer')}`,
    ...slots,
    `values: readonly ${codecs.init(element)}[]`,
    ...depth,
    'field: string',
  ];
  codecs.printFunction(`function ${codecs.vectorWriter(element)}`, parameters, 'void', () => {
    codecs.printIf('!Array.isArray(values)', `${codecs.support('wrongValue')}(field, 'vector', values);`);
    codecs.body.line('const count = values.length;');
    body();
  });
}

function printReader(codecs: CodecFile, element: CodecDef, slots: readonly string[], body: () => void): void {
  const parameters = [`reader: ${codecs.file.codecType('Reader')}`, ...slots];
  const result = `${codecs.received(element)}[]`;
  codecs.printFunction(`function ${codecs.vectorReader(element)}`, parameters, result, body);
}

/** Reads the elements of the vector that the reader has just opened, and returns them. */
function printElements(codecs: CodecFile, element: CodecDef, read: string, locals: readonly string[]): void {
  const { body } = codecs;
  for (const local of locals) body.line(local);
  body.line(`const values: ${codecs.received(element)}[] = new Array(reader.count);`);
  codecs.printLoop('for (let i = 0; i < values.length; i++)', `values[i] = ${read};`);
  body.line('return values;');
}
