import type { Contract, Method, Schema, TableDef, Type } from '../../../model.ts';
import { Printer } from '../../../printer/index.ts';
import { valueFields } from '../../value-fields.ts';
import { printDoc } from '../doc-comment.ts';
import { GoNames, methodNames, packageOf } from '../names.ts';
import { fieldType } from '../value-types.ts';

/** What else files of a plugin's package call by these names. */
const taken = new Set([
  'plugin',
  'main',
  'context',
  'strings',
  'errors',
  'log',
  'protocol',
  'request',
  'ctx',
]);

/** How the package of the bindings is imported: its name, and the line. */
export function contractImport(contract: Contract, path: string): { name: string; line: string } {
  const { name, folder } = packageOf(contract);
  const full = `"${path}/${folder}"`;
  return taken.has(name) ? { name: 'contract', line: `contract ${full}` } : { name, line: full };
}

/** `plugin.go`: for each method an example that answers with a valid value, made from the request where it can be. */
export function handlerFile(schema: Schema, contract: Contract, path: string): string {
  const names = new GoNames(schema);
  const methods = methodNames(contract);
  const bindings = contractImport(contract, path);
  const body = new Printer({ indent: '\t', width: 120, tabWidth: 4 });
  const standard = new Set<string>();
  const callable = contract.methods.filter((method) => method.streaming === 'none');
  printDoc(body, [
    'plugin has one method for each of the schema; the bodies are examples to be replaced. They are called concurrently.',
    'The context ends when the caller gives up. To report a failure to the caller, return an error.',
  ]);
  body.line('type plugin struct{}');
  for (const method of callable) {
    standard.add('context');
    body.blank();
    printDoc(body, method.doc);
    printMethod(body, method, methods.get(method)!, names, bindings.name, standard);
  }
  const head = new Printer({ indent: '\t' });
  head.line('package main');
  if (callable.length > 0) {
    head.blank();
    head.block(
      'import (',
      () => {
        for (const name of [...standard].sort()) head.line(`"${name}"`);
        head.line();
        head.line(bindings.line);
      },
      ')',
    );
  }
  return `${head}\n${body}`;
}

function printMethod(
  body: Printer,
  method: Method,
  name: string,
  names: GoNames,
  bindings: string,
  standard: Set<string>,
): void {
  const { request, response } = method;
  const parameters = ['ctx context.Context', `request *${bindings}.${names.value(request)}`];
  const result = `(*${bindings}.${names.value(response)}, error)`;
  const given = fromRequest(request, response, names);
  const fields = requiredFields(response, names, bindings, [response], given);
  body.list(`func (plugin) ${name}(`, parameters, `) ${result} {`);
  body.indented(() => {
    if (fields === undefined) {
      standard.add('errors');
      body.line(
        `return nil, errors.New("no ${response.name} can be built: one of its tables requires itself")`,
      );
      return;
    }
    if (fields.some((field) => field.includes('strings.'))) standard.add('strings');
    body.line(`return &${bindings}.${names.value(response)}{${fields.join(', ')}}, nil`);
  });
  body.line('}');
}

/** Expressions for those fields of the response that the request has something of the same type for. */
function fromRequest(request: TableDef, response: TableDef, names: GoNames): Map<string, string> {
  const given = new Map<string, string>();
  const offered = valueFields(request).map((field) => ({ field, type: fieldType(field, names) }));
  const text = (name: string): string => `request.${names.field(request, name)}`;
  for (const field of valueFields(response)) {
    const type = fieldType(field, names);
    const same = offered.filter((candidate) => candidate.type === type);
    const named = same.find((candidate) => candidate.field.name === field.name);
    if (type === 'string' && same[0] !== undefined) {
      given.set(field.name, `strings.ToUpper(${text((named ?? same[0]).field.name)})`);
    } else if (named !== undefined) {
      given.set(field.name, text(named.field.name));
    }
  }
  return given;
}

/** The fields that a Go value does not have by itself, or that are given. Undefined where a table requires itself. */
function requiredFields(
  table: TableDef,
  names: GoNames,
  bindings: string,
  within: readonly TableDef[],
  given: ReadonlyMap<string, string> = new Map(),
): string[] | undefined {
  const texts: string[] = [];
  for (const field of valueFields(table)) {
    const needs = field.required && (field.type.kind === 'table' || field.type.kind === 'union');
    let value = given.get(field.name);
    if (value === undefined) {
      if (!needs) continue;
      value = sample(field.type, names, bindings, within);
      if (value === undefined) return undefined;
    }
    texts.push(`${names.field(table, field.name)}: ${value}`);
  }
  return texts;
}

function sample(
  type: Type,
  names: GoNames,
  bindings: string,
  within: readonly TableDef[],
): string | undefined {
  if (type.kind === 'table') {
    const { table } = type;
    if (within.includes(table)) return undefined;
    const fields = requiredFields(table, names, bindings, [...within, table]);
    return fields === undefined ? undefined : `&${bindings}.${names.value(table)}{${fields.join(', ')}}`;
  }
  if (type.kind !== 'union') return undefined;
  for (const member of type.union.members) {
    const wrapper = `${bindings}.${names.wrapper(type.union, member.name)}`;
    // Strings and structs are a value by themselves.
    if (member.type.kind !== 'table') return `${wrapper}{}`;
    const value = sample(member.type, names, bindings, within);
    if (value !== undefined) return `${wrapper}{Value: ${value}}`;
  }
  return undefined;
}
