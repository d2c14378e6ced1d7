import type { Method, TableDef, TableField, UnionDef } from '../../../model.ts';
import { lowerCamel, NameScope } from '../../../printer/index.ts';
import type { GeneratedFile } from '../../generated-file.ts';
import type { ValueNames } from '../names.ts';
import { keywords, usedGlobals } from '../reserved-words.ts';
import { type EmitContext, SourceFile } from '../source-file.ts';
import { scalarAccess } from './scalar-access.ts';
import { printCall, verifierName } from './verify-call.ts';
import { printStringsCheck, printVectorCheck, type Vectors, vectorVerifierName } from './verify-vectors.ts';
import { vtableOffset } from './vtable-offset.ts';

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
  const vectors: Vectors = { of: new Set(), strings: false };
  for (const definition of sorted) {
    file.body.blank();
    if (definition.kind === 'table') printTable(file, definition, names, vectors);
    else printUnion(file, definition, names);
  }
  for (const element of sorted) {
    if (vectors.of.has(element)) printVectorCheck(file, element, names);
  }
  if (vectors.strings) printStringsCheck(file);
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

function printTable(file: SourceFile, table: TableDef, names: ValueNames, vectors: Vectors): void {
  const { body } = file;
  const scope = new NameScope([...keywords, ...usedGlobals, 'reader', 'at', 'depth']);
  const fields = checkedFields(table).map((field) => ({ field, local: claimLocal(scope, field) }));
  const head = `export function ${verifierName(names, table)}(`;
  body.list(head, [`reader: ${file.codecType('Reader')}`, 'at: number', 'depth: number'], '): void {');
  body.indented(() => {
    body.line('reader.table(at, depth);');
    // While the table is the open one, all fields are looked up; what they refer to comes after.
    for (const { field, local } of fields) printLookUp(file, field, local);
    for (const { field, local } of fields) printField(file, table, field, local, names, vectors);
  });
  body.line('}');
}

function claimLocal(scope: NameScope, { name }: TableField): string {
  const wanted = lowerCamel(name);
  const ends = ['At', 'Code', 'CodesAt'];
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
  vectors: Vectors,
): void {
  const { type, required } = field;
  const at = `${local}At`;
  const present = type.kind === 'union' ? `${local}Code` : at;
  if (required) {
    printCall(file, `${present} === 0`, file.codec('missingField'), [`'${table.name}.${field.name}'`]);
  }
  const condition = required ? undefined : `${present} !== 0`;
  const check = (callee: string, args: readonly string[]): void => printCall(file, condition, callee, args);
  switch (type.kind) {
    case 'string':
      check('reader.checkString', [at]);
      return;
    case 'table':
      check(verifierName(names, type.table), ['reader', `reader.indirect(${at})`, 'depth + 1']);
      return;
    case 'union':
      check(verifierName(names, type.union), ['reader', `${local}Code`, at, 'depth + 1']);
      return;
    case 'vector':
      break;
    default:
      return;
  }
  const { element } = type;
  switch (element.kind) {
    case 'string':
      vectors.strings = true;
      check('verifyStrings', ['reader', at]);
      break;
    case 'table':
      vectors.of.add(element.table);
      check(vectorVerifierName(names, element.table), ['reader', at, 'depth + 1']);
      break;
    case 'union': {
      vectors.of.add(element.union);
      const args = ['reader', `${local}CodesAt`, at, 'depth + 1'];
      printCall(file, undefined, vectorVerifierName(names, element.union), args);
      break;
    }
    case 'struct':
      check('reader.vector', [at, String(element.struct.size)]);
      break;
    default:
      check('reader.vector', [at, String(scalarAccess(element).bytes)]);
  }
}

function printUnion(file: SourceFile, union: UnionDef, names: ValueNames): void {
  const { body } = file;
  const parameters = [`reader: ${file.codecType('Reader')}`, 'code: number', 'slot: number', 'depth: number'];
  body.list(`function ${verifierName(names, union)}(`, parameters, '): void {');
  body.indented(() => {
    printCall(file, 'slot === 0', file.codec('missingField'), [`'the value of ${union.name}'`]);
    body.block('switch (code) {', () => {
      for (const { code, type } of union.members) {
        body.line(`case ${code}:`);
        body.indented(() => {
          if (type.kind === 'string') body.line('reader.checkString(slot);');
          else if (type.kind === 'struct') body.line(`reader.struct(slot, ${type.struct.size});`);
          else {
            const args = ['reader', 'reader.indirect(slot)', 'depth'];
            body.list(`${verifierName(names, type.table)}(`, args, ');');
          }
          body.line('break;');
        });
      }
      body.line('default:');
      body.indented(() => body.line(`reader.fail(slot, \`${union.name} has no member \${code}\`);`));
    });
  });
  body.line('}');
}
