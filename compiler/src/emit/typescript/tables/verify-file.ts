import type { ElementType, Method, TableDef, TableField, UnionDef } from '../../../model.ts';
import { lowerCamel, NameScope } from '../../../printer/index.ts';
import type { GeneratedFile } from '../../generated-file.ts';
import type { ValueNames } from '../names.ts';
import { keywords, usedGlobals } from '../reserved-words.ts';
import { type EmitContext, SourceFile } from '../source-file.ts';
import { scalarAccess } from './scalar-access.ts';
import { vtableOffset } from './vtable-offset.ts';

/** The name, in `pluginart_verify.ts`, of the function that checks a table. */
export function verifierName(names: ValueNames, definition: TableDef | UnionDef): string {
  return `verify${names.stem(definition)}`;
}

/**
 * `pluginart_verify.ts`: checks every table that a method takes or gives, and all that it holds, before the
 * official runtime, which checks nothing, reads it. Deprecated fields have no accessor and are not looked at.
 */
export function emitVerifyFile(
  context: EmitContext,
  methods: readonly Method[],
  names: ValueNames,
): GeneratedFile {
  const file = new SourceFile(context, 'pluginart_verify.ts');
  const reached = new Set<TableDef | UnionDef>();
  for (const { request, response } of methods) {
    reach(request, reached);
    reach(response, reached);
  }
  const sorted = [...reached].sort((a, b) => (names.stem(a) < names.stem(b) ? -1 : 1));
  sorted.forEach((definition, index) => {
    if (index > 0) file.body.blank();
    if (definition.kind === 'table') printTable(file, definition, names);
    else printUnion(file, definition, names);
  });
  return file.finish();
}

/** Adds a definition and all that its values can hold. */
function reach(definition: TableDef | UnionDef, reached: Set<TableDef | UnionDef>): void {
  if (reached.has(definition)) return;
  reached.add(definition);
  const types =
    definition.kind === 'union'
      ? definition.members.map(({ type }) => type)
      : checkedFields(definition).map(({ type }) => (type.kind === 'vector' ? type.element : type));
  for (const type of types) {
    if (type.kind === 'table') reach(type.table, reached);
    else if (type.kind === 'union') reach(type.union, reached);
  }
}

function checkedFields({ fields }: TableDef): readonly TableField[] {
  return fields.filter(({ deprecated }) => !deprecated);
}

function printTable(file: SourceFile, table: TableDef, names: ValueNames): void {
  const { body } = file;
  const scope = new NameScope([...keywords, ...usedGlobals, 'reader', 'at', 'depth', 'i', 'first', 'count']);
  const fields = checkedFields(table).map((field) => ({ field, local: claimLocal(scope, field) }));
  const head = `export function ${verifierName(names, table)}(`;
  body.list(head, [`reader: ${file.codecType('Reader')}`, 'at: number', 'depth: number'], '): void {');
  body.indented(() => {
    body.line('reader.table(at, depth);');
    // While the table is the open one, all fields are looked up; what they refer to comes after.
    for (const { field, local } of fields) printLookUp(file, field, local);
    for (const { field, local } of fields) printField(file, table, field, local, names);
  });
  body.line('}');
}

function claimLocal(scope: NameScope, { name }: TableField): string {
  const wanted = lowerCamel(name);
  const ends = ['At', 'Code', 'Codes', 'CodesAt', 'CodesCount'];
  const spell = (underscores: string): string[] => ends.map((end) => wanted + underscores + end);
  return wanted + scope.claimAll(spell);
}

function printLookUp({ body }: SourceFile, field: TableField, local: string): void {
  const { type, slot, required } = field;
  const entry = vtableOffset(slot);
  switch (type.kind) {
    case 'scalar':
    case 'enum':
      body.line(`reader.field(${entry}, ${scalarAccess(type).bytes});`);
      return;
    case 'struct':
      body.line(`${required ? `const ${local}At = ` : ''}reader.field(${entry}, ${type.struct.size});`);
      return;
    case 'union':
      body.line(`const ${local}Code = reader.unionCode(${entry - 2});`);
      break;
    case 'vector':
      if (type.element.kind === 'union') body.line(`const ${local}CodesAt = reader.field(${entry - 2}, 4);`);
      break;
  }
  body.line(`const ${local}At = reader.field(${entry}, 4);`);
}

function printField(
  file: SourceFile,
  table: TableDef,
  field: TableField,
  local: string,
  names: ValueNames,
): void {
  const { body } = file;
  const { type, required } = field;
  const present = type.kind === 'union' ? `${local}Code` : `${local}At`;
  if (required) {
    const missing = file.codec('missingField');
    printIf(file, `${present} === 0`, `${missing}('${table.name}.${field.name}');`);
  }
  const check = (statement: string): void => {
    if (required) body.line(statement);
    else printIf(file, `${present} !== 0`, statement);
  };
  switch (type.kind) {
    case 'string':
      check(`reader.checkString(${local}At);`);
      break;
    case 'table':
      check(`${verifierName(names, type.table)}(reader, reader.indirect(${local}At), depth + 1);`);
      break;
    case 'union':
      check(`${verifierName(names, type.union)}(reader, ${local}Code, ${local}At, depth + 1);`);
      break;
    case 'vector':
      if (type.element.kind === 'scalar' || type.element.kind === 'enum') {
        check(`reader.vector(${local}At, ${scalarAccess(type.element).bytes});`);
      } else if (type.element.kind === 'struct') {
        check(`reader.vector(${local}At, ${type.element.struct.size});`);
      } else if (type.element.kind === 'union') {
        printUnionVector(file, type.element.union, local, names);
      } else {
        const { element } = type;
        printElements(file, local, (slot) => elementCheck(element, slot, names));
      }
      break;
  }
}

function elementCheck(element: ElementType, slot: string, names: ValueNames): string {
  if (element.kind !== 'table') return `reader.checkString(${slot});`;
  return `${verifierName(names, element.table)}(reader, reader.indirect(${slot}), depth + 1);`;
}

/** The type codes are read by accessors of their own, so they are checked even where there are no values. */
function printUnionVector(file: SourceFile, union: UnionDef, local: string, names: ValueNames): void {
  const { body } = file;
  const codes = `${local}Codes`;
  body.line(`const ${codes} = ${codes}At === 0 ? 0 : reader.vector(${codes}At, 1);`);
  body.line(`const ${codes}Count = ${codes}At === 0 ? 0 : reader.count;`);
  const unequal = "'the vectors of type codes and of values differ in length'";
  const check = (slot: string): string =>
    `${verifierName(names, union)}(reader, reader.bytes[${codes} + i]!, ${slot}, depth + 1);`;
  printElements(file, local, check, () => {
    printIf(file, `count !== ${codes}Count`, `reader.fail(first, ${unequal});`);
  });
}

function printElements(
  { body }: SourceFile,
  local: string,
  check: (slot: string) => string,
  before: () => void = () => {},
): void {
  body.block(`if (${local}At !== 0) {`, () => {
    body.line(`const first = reader.vector(${local}At, 4);`);
    body.line('const { count } = reader;');
    before();
    body.block('for (let i = 0; i < count; i++) {', () => body.line(check('first + 4 * i')));
  });
}

function printIf({ body }: SourceFile, condition: string, statement: string): void {
  const flat = `if (${condition}) ${statement}`;
  if (body.fits(flat)) body.line(flat);
  else body.block(`if (${condition}) {`, () => body.line(statement));
}

function printUnion(file: SourceFile, union: UnionDef, names: ValueNames): void {
  const { body } = file;
  const parameters = [`reader: ${file.codecType('Reader')}`, 'code: number', 'slot: number', 'depth: number'];
  body.list(`function ${verifierName(names, union)}(`, parameters, '): void {');
  body.indented(() => {
    printIf(file, 'slot === 0', `${file.codec('missingField')}('the value of ${union.name}');`);
    body.block('switch (code) {', () => {
      for (const { code, type } of union.members) {
        body.line(`case ${code}:`);
        body.indented(() => {
          if (type.kind === 'string') body.line('reader.checkString(slot);');
          else if (type.kind === 'struct') body.line(`reader.struct(slot, ${type.struct.size});`);
          else body.line(`${verifierName(names, type.table)}(reader, reader.indirect(slot), depth);`);
          body.line('break;');
        });
      }
      body.line('default:');
      body.indented(() => body.line(`reader.fail(slot, \`${union.name} has no member \${code}\`);`));
    });
  });
  body.line('}');
}
