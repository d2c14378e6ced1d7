import type { EnumDef, StructDef, TableDef, TableField, UnionDef } from '../../model.ts';
import { type Printer, stringLiteral } from '../../printer/index.ts';
import type { GeneratedFile } from '../generated-file.ts';
import type { ValueDefinitions } from '../value-definitions.ts';
import { valueFields } from '../value-fields.ts';
import { printKeyed, printRows } from './aligned.ts';
import { printDoc } from './doc-comment.ts';
import type { GoNames } from './names.ts';
import { defaultLiteral, isZeroDefault } from './scalar-code.ts';
import { type GoContext, GoFile } from './source-file.ts';
import { fieldType, plainType, structFieldType } from './value-types.ts';

/** The plain types of all definitions. */
export function emitValuesFile(
  context: GoContext,
  definitions: ValueDefinitions,
  names: GoNames,
): GeneratedFile {
  const file = new GoFile(context, 'values.go');
  const { body } = file;
  for (const definition of definitions.enums) {
    body.blank();
    printEnum(file, definition, names);
  }
  for (const definition of definitions.structs) {
    body.blank();
    printStruct(file, definition, names);
  }
  for (const definition of definitions.tables) {
    body.blank();
    printTable(file, definition, names);
  }
  for (const definition of definitions.unions) {
    body.blank();
    printUnion(file, definition, names);
  }
  return file.finish();
}

/** An integer type with constants, and flatc's two maps and `String`. */
function printEnum(file: GoFile, definition: EnumDef, names: GoNames): void {
  const { body } = file;
  const name = names.value(definition);
  printDoc(body, docOr(definition.doc, `${name} is the enum ${definition.name}.`));
  body.line(`type ${name} ${definition.underlying}`);
  body.blank();
  const rows = definition.values.map(({ name: value, value: number, doc }) => ({
    doc,
    cells: [names.constant(definition, value), name, `= ${number}`],
  }));
  body.block('const (', () => printRows(body, rows), ')');
  printEnumNames(
    file,
    name,
    definition.values.map((value) => ({
      name: value.name,
      constant: names.constant(definition, value.name),
      isAlias: definition.values.find((first) => first.value === value.value) !== value,
    })),
  );
}

/** A value that is there twice, under two names, can be the key of a map once. */
export function printEnumNames(
  file: GoFile,
  type: string,
  values: readonly { readonly name: string; readonly constant: string; readonly isAlias: boolean }[],
): void {
  const { body } = file;
  const own = values.filter(({ isAlias }) => !isAlias);
  body.blank();
  body.line(`// EnumNames${type} are the names in the schema.`);
  body.block(`var EnumNames${type} = map[${type}]string{`, () =>
    printKeyed(
      body,
      own.map(({ name, constant }) => [constant, stringLiteral(name, '"')]),
    ),
  );
  body.blank();
  body.line(`// EnumValues${type} are the values by their names in the schema.`);
  body.block(`var EnumValues${type} = map[string]${type}{`, () =>
    printKeyed(
      body,
      values.map(({ name, constant }) => [stringLiteral(name, '"'), constant]),
    ),
  );
  body.blank();
  body.line('// String is the name in the schema, or the type with the number.');
  body.block(`func (v ${type}) String() string {`, () => {
    body.block(`if name, ok := EnumNames${type}[v]; ok {`, () => body.line('return name'));
    body.line(`return "${type}(" + ${file.use('strconv', 'FormatInt')}(int64(v), 10) + ")"`);
  });
}

function printStruct({ body }: GoFile, definition: StructDef, names: GoNames): void {
  const name = names.value(definition);
  printDoc(body, docOr(definition.doc, `${name} is the struct ${definition.name}.`));
  body.block(`type ${name} struct {`, () =>
    printRows(
      body,
      definition.fields.map((field) => ({
        doc: field.doc,
        cells: [names.field(definition, field.name), structFieldType(field, names)],
      })),
    ),
  );
}

function printTable(file: GoFile, definition: TableDef, names: GoNames): void {
  const { body } = file;
  const name = names.value(definition);
  const fields = valueFields(definition);
  printDoc(body, docOr(definition.doc, `${name} is the table ${definition.name}.`));
  if (fields.length === 0) {
    body.line(`type ${name} struct{}`);
  } else {
    const rows = fields.map((field) => ({
      doc: field.doc,
      cells: [names.field(definition, field.name), fieldType(field, names)],
    }));
    body.block(`type ${name} struct {`, () => printRows(body, rows));
  }
  const preset = presetFields(definition);
  if (preset.length === 0) return;
  body.blank();
  body.line(`// ${names.constructorOf(definition)} has the schema's defaults, where those are not zero.`);
  body.block(`func ${names.constructorOf(definition)}() *${name} {`, () =>
    body.block(`return &${name}{`, () =>
      printKeyed(
        body,
        preset.map((field) => [names.field(definition, field.name), presetLiteral(file, field)]),
      ),
    ),
  );
}

/** Fields whose default a new Go value does not have by itself. */
export function presetFields(table: TableDef): readonly TableField[] {
  return valueFields(table).filter((field) => !isZeroDefault(field));
}

function presetLiteral(file: GoFile, field: TableField): string {
  return field.default.kind === 'string'
    ? stringLiteral(field.default.value, '"')
    : defaultLiteral(file, field)!;
}

/** An interface that only the wrappers of the members have, so that a switch over them is complete. */
function printUnion({ body }: GoFile, definition: UnionDef, names: GoNames): void {
  const name = names.value(definition);
  const wrappers = definition.members.map((member) => names.wrapper(definition, member.name));
  printDoc(body, [
    ...docOr(definition.doc, `${name} is the union ${definition.name}.`),
    `One of ${wrappers.join(', ')}; nil is absent.`,
  ]);
  body.block(`type ${name} interface {`, () => body.line(`is${name}()`));
  for (const member of definition.members) {
    const wrapper = names.wrapper(definition, member.name);
    body.blank();
    printDoc(
      body,
      docOr(member.doc, `${wrapper} is the member ${member.name} of the union ${definition.name}.`),
    );
    body.block(`type ${wrapper} struct {`, () => body.line(`Value ${plainType(member.type, names)}`));
    body.blank();
    printMarker(body, `func (${wrapper}) is${name}()`);
  }
}

/** gofmt keeps a body on the line of a head of up to 100 columns. */
function printMarker(body: Printer, head: string): void {
  if (head.length <= 100) body.line(`${head} {}`);
  else body.block(`${head} {`, () => {});
}

function docOr(doc: readonly string[], otherwise: string): readonly string[] {
  return doc.some((line) => line.trim() !== '') ? doc : [otherwise];
}
