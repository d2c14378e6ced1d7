import type { TableDef } from '../../../model.ts';
import { printBlockDoc } from '../../../printer/index.ts';
import type { GeneratedFile } from '../../generated-file.ts';
import type { ValueDef } from '../names.ts';
import type { EmitContext } from '../source-file.ts';
import { definitionOf } from '../value-types.ts';
import { ClassFile } from './class-file.ts';
import { printClassHead } from './class-head.ts';
import type { ClassLayout } from './class-layout.ts';
import { fieldMembers, type TableMembers, tableMembers } from './member-names.ts';
import { printAccessors } from './table-accessors.ts';
import { printBuilders } from './table-builders.ts';
import { textLiteral } from './text-literal.ts';

/** The class of a table. Deprecated fields keep their slots and get no methods. */
export function emitTable(context: EmitContext, table: TableDef, layout: ClassLayout): GeneratedFile {
  const file = new ClassFile(context, layout, table, usedBy(table));
  const { printer, className } = file;
  const own = tableMembers(table);
  const members = fieldMembers(table);
  file.flatbuffers('value');
  const { schema } = context;
  const isRoot = schema.rootType === table;
  const identifier = isRoot ? schema.fileIdentifier : undefined;
  printBlockDoc(printer, table.doc);
  printer.block(`export class ${className} {`, () => {
    printClassHead(printer, className);
    printRoots(file, own);
    if (identifier !== undefined) {
      printer.blank();
      printer.block('static bufferHasIdentifier(bb: flatbuffers.ByteBuffer): boolean {', () => {
        printer.line(`return bb.__has_identifier(${textLiteral(identifier)});`);
      });
    }
    for (const [field, names] of members) printAccessors(file, field, names);
    printBuilders(file, table, own, members);
    if (isRoot) printFinishers(file, own, identifier);
  });
  return file.finish();
}

function usedBy(table: TableDef): ValueDef[] {
  return table.fields.flatMap(({ type, deprecated }) => {
    const used = type.kind === 'vector' ? type.element : type;
    return deprecated || used.kind === 'scalar' || used.kind === 'string' ? [] : definitionOf(used);
  });
}

function printRoots(file: ClassFile, own: TableMembers): void {
  const { printer, className } = file;
  const parameters = ['bb: flatbuffers.ByteBuffer', `obj?: ${className}`];
  const place = ['bb.readInt32(bb.position()) + bb.position()', 'bb'];
  const printRoot = (): void => printer.list(`return (obj ?? new ${className}()).__init(`, place, ');');
  printer.blank();
  printer.list(`static ${own.getRoot}(`, parameters, `): ${className} {`);
  printer.indented(printRoot);
  printer.line('}');
  printer.blank();
  printer.list(`static ${own.getSizePrefixedRoot}(`, parameters, `): ${className} {`);
  printer.indented(() => {
    printer.line('bb.setPosition(bb.position() + flatbuffers.SIZE_PREFIX_LENGTH);');
    printRoot();
  });
  printer.line('}');
}

function printFinishers(file: ClassFile, own: TableMembers, identifier: string | undefined): void {
  const { printer } = file;
  const named = identifier === undefined ? undefined : textLiteral(identifier);
  for (const [name, sizePrefixed] of [
    [own.finishBuffer, false],
    [own.finishSizePrefixedBuffer, true],
  ] as const) {
    const args = ['offset'];
    if (named !== undefined || sizePrefixed) args.push(named ?? 'undefined');
    if (sizePrefixed) args.push('true');
    printer.blank();
    printer.list(
      `static ${name}(`,
      ['builder: flatbuffers.Builder', 'offset: flatbuffers.Offset'],
      '): void {',
    );
    printer.indented(() => printer.line(`builder.finish(${args.join(', ')});`));
    printer.line('}');
  }
}
