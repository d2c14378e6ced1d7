import type { UnionDef, UnionMember } from '../../../model.ts';
import { printBlockDoc } from '../../../printer/index.ts';
import type { GeneratedFile } from '../../generated-file.ts';
import type { ValueDef } from '../names.ts';
import type { EmitContext } from '../source-file.ts';
import { ClassFile } from './class-file.ts';
import type { ClassLayout } from './class-layout.ts';
import { printUnionType } from './union-type.ts';

/** The type codes as a const object, and the two functions that make an accessor of the right class. */
export function emitUnion(context: EmitContext, definition: UnionDef, layout: ClassLayout): GeneratedFile {
  const members = definition.members.flatMap(({ type }) => memberDefinition(type) ?? []);
  const { name } = layout.of(definition);
  const functions = [`unionTo${name}`, `unionListTo${name}`];
  const file = new ClassFile(context, layout, definition, members, functions);
  const { printer, className } = file;
  printBlockDoc(printer, definition.doc);
  printer.block(
    `export const ${className} = {`,
    () => {
      printer.line('NONE: 0,');
      for (const member of definition.members) {
        printBlockDoc(printer, member.doc);
        // Written plainly, this one key would set the prototype.
        const key = member.name === '__proto__' ? "['__proto__']" : member.name;
        printer.line(`${key}: ${member.code},`);
      }
    },
    '} as const;',
  );
  printer.line(`export type ${className} = (typeof ${className})[keyof typeof ${className}];`);

  const scope = file.parameters(...functions);
  const value = scope.claim(`${className}Value`);
  const names = {
    type: scope.claim('type'),
    accessor: scope.claim('accessor'),
    index: scope.claim('index'),
    obj: scope.claim('obj'),
  };
  const types = [...new Set(definition.members.map((member) => accessorType(file, member)))];
  printer.blank();
  printUnionType(printer, `type ${value} =`, types.length === 0 ? ['never'] : types);

  printer.blank();
  printer.line(
    '/** Fills a new accessor of the class that the type code names; null for NONE and for unknown codes. */',
  );
  printer.list(
    `export function ${functions[0]}(`,
    [`${names.type}: ${className}`, `${names.accessor}: (${names.obj}: ${value}) => ${value} | null`],
    `): ${value} | null {`,
  );
  printBody(file, definition, names.type, (made) => `${names.accessor}(${made})`);

  printer.blank();
  printer.line('/** The same for an element of a vector of this union. */');
  printer.list(
    `export function ${functions[1]}(`,
    [
      `${names.type}: ${className}`,
      `${names.accessor}: (${names.index}: number, ${names.obj}: ${value}) => ${value} | null`,
      `${names.index}: number`,
    ],
    `): ${value} | null {`,
  );
  printBody(file, definition, names.type, (made) => `${names.accessor}(${names.index}, ${made})`);
  return file.finish();
}

function printBody(file: ClassFile, union: UnionDef, type: string, call: (made: string) => string): void {
  const { printer } = file;
  printer.indented(() => {
    printer.block(`switch (${type}) {`, () => {
      for (const member of union.members) {
        printer.line(`case ${file.className}.${member.name}:`);
        const made = member.type.kind === 'string' ? "''" : `new ${accessorType(file, member)}()`;
        printer.indented(() => printer.line(`return ${call(made)};`));
      }
      printer.line('default:');
      printer.indented(() => printer.line('return null;'));
    });
  });
  printer.line('}');
}

function accessorType(file: ClassFile, { type }: UnionMember): string {
  const definition = memberDefinition(type);
  return definition === undefined ? 'string' : file.value(definition);
}

function memberDefinition(type: UnionMember['type']): ValueDef | undefined {
  if (type.kind === 'table') return type.table;
  return type.kind === 'struct' ? type.struct : undefined;
}
