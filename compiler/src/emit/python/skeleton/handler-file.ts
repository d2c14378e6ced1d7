import type { Contract, Method, Schema, TableDef } from '../../../model.ts';
import type { Printer } from '../../../printer/index.ts';
import { valueFields } from '../../value-fields.ts';
import { contractNames, methodNames } from '../contract-names.ts';
import { printDocstring } from '../docstring.ts';
import { PythonNames } from '../names.ts';
import { printNestedCall } from '../print-nested-call.ts';
import { pythonPrinter } from '../source-file.ts';
import { canBeAbsent, plainType } from '../value-types.ts';
import { requiredFields } from './sample-value.ts';

/** `handler.py`: for each method an example that answers with a valid value, made from the request where it can be. */
export function handlerFile(schema: Schema, contract: Contract, plumbing: string): string {
  const { service, serviceFile } = contractNames(contract);
  const names = new PythonNames(schema);
  const methods = methodNames(contract);
  const callable = contract.methods.filter(({ streaming }) => streaming === 'none');
  const printer = pythonPrinter();
  printer.line('"""What the plugin does."""');
  printer.blank();
  if (callable.length > 0) {
    printer.line('from pluginart import CallContext');
    printer.blank();
    printer.line(`from ${plumbing} import values`);
  }
  printer.line(`from ${plumbing}.${serviceFile} import ${service}`);
  printer.line('\n');
  printer.line(`class Handler(${service}):`);
  printer.indented(() => {
    printDocstring(printer, [
      'One method for each of the schema; the bodies are examples to be replaced.',
      '',
      'A method may be `async def`. To report a failure to the caller, raise PluginError.',
      '`call` tells how much time is left, and whether the caller has given up.',
    ]);
    for (const method of callable) {
      printer.blank();
      const parameters = ['self', `request: values.${names.value(method.request)}`, 'call: CallContext'];
      const result = `values.${names.value(method.response)}`;
      printSignature(printer, methods.get(method)!.plain, parameters, result);
      printer.indented(() => {
        printDocstring(printer, method.doc, `Answer the method ${method.name}.`);
        printBody(printer, method, names, result);
      });
    }
  });
  return `${printer}`;
}

function printSignature(printer: Printer, name: string, parameters: readonly string[], result: string): void {
  const all = parameters.join(', ');
  if (printer.fits(`def ${name}(${all}) -> ${result}:`)) printer.line(`def ${name}(${all}) -> ${result}:`);
  else if (printer.fits(`    ${all}`)) printer.line(`def ${name}(\n    ${all}\n) -> ${result}:`);
  else printer.list(`def ${name}(`, parameters, `) -> ${result}:`);
}

function printBody(
  printer: Printer,
  { request, response }: Method,
  names: PythonNames,
  result: string,
): void {
  const fields = requiredFields(response, names, [response], fromRequest(request, response, names));
  printNestedCall(
    printer,
    fields === undefined
      ? `raise NotImplementedError("no ${response.name} can be built: one of its tables requires itself")`
      : `return ${result}(${fields.join(', ')})`,
  );
}

/** Expressions for those fields of the response that the request has something of the same type for. */
function fromRequest(request: TableDef, response: TableDef, names: PythonNames): Map<string, string> {
  const given = new Map<string, string>();
  const offered = valueFields(request)
    .filter((field) => !canBeAbsent(field))
    .map(({ name, type }) => ({ name, type: plainType(type, names) }));
  for (const field of valueFields(response)) {
    const same = offered.filter(({ type }) => type === plainType(field.type, names));
    const named = same.find(({ name }) => name === field.name);
    const text = (name: string): string => `request.${names.attribute(request, name)}`;
    if (field.type.kind === 'string' && same[0] !== undefined) {
      given.set(field.name, `${text((named ?? same[0]).name)}.upper()`);
    } else if (named !== undefined) given.set(field.name, text(named.name));
  }
  return given;
}
