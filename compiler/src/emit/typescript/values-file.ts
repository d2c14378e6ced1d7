import type { EnumDef, StructDef, TableDef, UnionDef } from '../../model.ts';
import { type Printer, printBlockDoc, stringLiteral } from '../../printer/index.ts';
import type { GeneratedFile } from '../generated-file.ts';
import type { ValueDefinitions } from '../value-definitions.ts';
import type { ValueNames } from './names.ts';
import { type EmitContext, SourceFile } from './source-file.ts';
import { alwaysReceived, type Face, InitDifference, is64Bit, valueFields, valueType } from './value-types.ts';

/** The plain types of all definitions. */
export function emitValuesFile(
  context: EmitContext,
  definitions: ValueDefinitions,
  names: ValueNames,
  path: string,
): GeneratedFile {
  const file = new SourceFile(context, path);
  const { body } = file;
  const different = new InitDifference(definitions.tables, definitions.unions);
  for (const definition of definitions.enums) {
    body.blank();
    printEnum(body, definition, names.received(definition));
  }
  for (const definition of definitions.structs) {
    body.blank();
    printStruct(body, definition, names);
  }
  for (const definition of definitions.tables) {
    body.blank();
    printTable(body, definition, names, different.has(definition));
  }
  for (const definition of definitions.unions) {
    body.blank();
    printUnion(body, definition, names, different.has(definition));
  }
  return file.finish();
}

/** An object of constants, and the type of its values; of flags, which combine freely, just a number type. */
export function printEnum(printer: Printer, definition: EnumDef, name: string): void {
  const wide = is64Bit(definition.underlying);
  printBlockDoc(printer, definition.doc);
  printer.block(
    `export const ${name} = {`,
    () => {
      for (const value of definition.values) {
        printBlockDoc(printer, value.doc);
        // Written plainly, this one key would set the prototype.
        const key = value.name === '__proto__' ? `['__proto__']` : value.name;
        printer.line(`${key}: ${value.value}${wide ? 'n' : ''},`);
      }
    },
    '} as const;',
  );
  const type = definition.bitFlags ? (wide ? 'bigint' : 'number') : `(typeof ${name})[keyof typeof ${name}]`;
  if (printer.fits(`export type ${name} = ${type};`)) printer.line(`export type ${name} = ${type};`);
  else printer.line(`export type ${name} =\n  ${type};`);
}

function printStruct(printer: Printer, definition: StructDef, names: ValueNames): void {
  printBlockDoc(printer, definition.doc);
  printer.block(`export interface ${names.received(definition)} {`, () => {
    for (const field of definition.fields) {
      const length = field.type.kind === 'array' ? [`Exactly ${field.type.length} elements.`] : [];
      printBlockDoc(printer, [...field.doc, ...length]);
      printer.line(`${names.property(definition, field.name)}: ${valueType(field.type, 'received', names)};`);
    }
  });
  printer.line(`export type ${names.init(definition)} = ${names.received(definition)};`);
}

function printTable(printer: Printer, definition: TableDef, names: ValueNames, different: boolean): void {
  printBlockDoc(printer, definition.doc);
  printInterface(printer, definition, names, 'received');
  if (!different) {
    printer.line(`export type ${names.init(definition)} = ${names.received(definition)};`);
    return;
  }
  printer.blank();
  printer.line(
    `/** What may be passed for \`${definition.name}\`: fields with a default may be left out. */`,
  );
  printInterface(printer, definition, names, 'init');
}

function printInterface(printer: Printer, definition: TableDef, names: ValueNames, face: Face): void {
  const name = face === 'init' ? names.init(definition) : names.received(definition);
  const fields = valueFields(definition);
  if (fields.length === 0) {
    // Not an empty interface: any value at all would be assignable to that.
    printer.line(`export type ${name} = { [key: string]: never };`);
    return;
  }
  printer.block(`export interface ${name} {`, () => {
    for (const field of fields) {
      printBlockDoc(printer, field.doc);
      const optional = face === 'init' ? !field.required : !alwaysReceived(field);
      const type = valueType(field.type, face, names);
      const property = names.property(definition, field.name);
      printer.line(optional ? `${property}?: ${type} | undefined;` : `${property}: ${type};`);
    }
  });
}

function printUnion(printer: Printer, definition: UnionDef, names: ValueNames, different: boolean): void {
  printBlockDoc(printer, definition.doc);
  printAlternatives(printer, definition, names, 'received');
  if (different) {
    printAlternatives(printer, definition, names, 'init');
  } else {
    printer.line(`export type ${names.init(definition)} = ${names.received(definition)};`);
  }
}

function printAlternatives(printer: Printer, definition: UnionDef, names: ValueNames, face: Face): void {
  const name = face === 'init' ? names.init(definition) : names.received(definition);
  const alternatives = definition.members.map(
    (member) => `{ type: ${stringLiteral(member.name, "'")}; value: ${valueType(member.type, face, names)} }`,
  );
  const flat = `export type ${name} = ${alternatives.join(' | ')};`;
  if (printer.fits(flat)) {
    printer.line(flat);
    return;
  }
  printer.line(`export type ${name} =`);
  printer.indented(() => {
    alternatives.forEach((alternative, index) => {
      printer.line(`| ${alternative}${index < alternatives.length - 1 ? '' : ';'}`);
    });
  });
}
