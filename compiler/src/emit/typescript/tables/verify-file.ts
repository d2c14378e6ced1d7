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
  const scope = new NameScope([...keywords, ...usedGlobals, 'reader', 'at', 'depth', 'i', 'first', 'codes']);
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
  const spell = (underscores: string) => ['At', 'Code', 'CodesAt'].map((end) => wanted + underscores + end);
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
  if (required) {
    const absent = type.kind === 'union' ? `${local}Code` : `${local}At`;
    const missing = file.codec('missingField');
    body.list(`if (${absent} === 0) ${missing}(`, [`'${table.name}.${field.name}'`], ');');
  }
  switch (type.kind) {
    case 'string':
      body.line(`if (${local}At !== 0) reader.checkString(${local}At);`);
      break;
    case 'table': {
      const verify = verifierName(names, type.table);
      body.block(`if (${local}At !== 0) {`, () => {
        body.line(`${verify}(reader, reader.indirect(${local}At), depth + 1);`);
      });
      break;
    }
    case 'union':
      body.block(`if (${local}Code !== 0) {`, () => {
        body.line(`${verifierName(names, type.union)}(reader, ${local}Code, ${local}At, depth + 1);`);
      });
      break;
    case 'vector':
      body.block(`if (${local}At !== 0) {`, () => printVector(file, type.element, local, names));
      break;
  }
}

function printVector(file: SourceFile, element: ElementType, local: string, names: ValueNames): void {
  const { body } = file;
  if (element.kind === 'scalar' || element.kind === 'enum') {
    body.line(`reader.vector(${local}At, ${scalarAccess(element).bytes});`);
    return;
  }
  if (element.kind === 'struct') {
    body.line(`reader.vector(${local}At, ${element.struct.size});`);
    return;
  }
  if (element.kind === 'union') {
    const { union } = element;
    body.block(`if (${local}CodesAt === 0) {`, () => {
      body.line(`${file.codec('missingField')}('the vector of type codes of ${union.name}');`);
    });
    body.line(`const codes = reader.vector(${local}CodesAt, 1);`);
    body.line('const codeCount = reader.count;');
  }
  body.line(`const first = reader.vector(${local}At, 4);`);
  body.line('const { count } = reader;');
  if (element.kind === 'union') {
    const unequal = "'the vectors of type codes and of values differ in length'";
    body.line(`if (count !== codeCount) reader.fail(codes, ${unequal});`);
  }
  body.block('for (let i = 0; i < count; i++) {', () => {
    const slot = 'first + 4 * i';
    if (element.kind === 'string') body.line(`reader.checkString(${slot});`);
    else if (element.kind === 'table') {
      body.line(`${verifierName(names, element.table)}(reader, reader.indirect(${slot}), depth + 1);`);
    } else {
      body.line(
        `${verifierName(names, element.union)}(reader, reader.bytes[codes + i]!, ${slot}, depth + 1);`,
      );
    }
  });
}

function printUnion(file: SourceFile, union: UnionDef, names: ValueNames): void {
  const { body } = file;
  const parameters = [`reader: ${file.codecType('Reader')}`, 'code: number', 'slot: number', 'depth: number'];
  body.list(`function ${verifierName(names, union)}(`, parameters, '): void {');
  body.indented(() => {
    body.line(`if (slot === 0) ${file.codec('missingField')}('the value of ${union.name}');`);
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
