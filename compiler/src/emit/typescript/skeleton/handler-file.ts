import type { Contract, Method, Schema, TableDef, TableField, Type } from '../../../model.ts';
import { Printer, printBlockDoc } from '../../../printer/index.ts';
import { contractNames, methodNames, ValueNames } from '../names.ts';
import { alwaysReceived, valueFields } from '../value-types.ts';
import { requiredFields } from './sample-value.ts';

/** `handler.ts`: for each method an example that answers with a valid value, made from the request where it can be. */
export function handlerFile(schema: Schema, contract: Contract, plumbing: string): string {
  const { handlers, serviceFile } = contractNames(contract);
  const names = new ValueNames(schema);
  const methods = methodNames(contract);
  const printer = new Printer();
  printer.line(`import type { ${handlers} } from './${plumbing}/${serviceFile}.js';`);
  printer.blank();
  printBlockDoc(printer, [
    'One function for each method of the schema; the bodies are examples to be replaced.',
    'A function may be async. To report a failure to the caller, throw. A second parameter, `context`, has a',
    '`signal` that aborts when the caller gives up.',
  ]);
  printer.block(
    `export const handler: ${handlers} = {`,
    () => {
      for (const method of contract.methods) {
        if (method.streaming !== 'none') continue;
        printBlockDoc(printer, method.doc);
        printMethod(printer, method, methods.get(method)!.plain, names);
      }
    },
    '};',
  );
  return `${printer}`;
}

function printMethod(printer: Printer, method: Method, name: string, names: ValueNames): void {
  const given = fromRequest(method.request, method.response, names);
  const fields = requiredFields(method.response, names, [method.response], given);
  const isUsed = given.size > 0 && fields !== undefined;
  printer.block(
    `${name}(${isUsed ? 'request' : ''}) {`,
    () => {
      if (fields === undefined) {
        printer.line(
          `throw new Error('no ${method.response.name} can be built: one of its tables requires itself');`,
        );
        return;
      }
      printer.list('return {', fields, '};', { padded: true });
    },
    '},',
  );
}

/** Expressions for those fields of the response that the request has something for, by the field's name. */
function fromRequest(request: TableDef, response: TableDef, names: ValueNames): Map<string, string> {
  const given = new Map<string, string>();
  const offered = valueFields(request);
  const text = (name: string) => `request.${names.property(request, name)}`;
  const answer = valueFields(response).find(({ type }) => type.kind === 'string');
  const strings = offered.filter(({ type }) => type.kind === 'string');
  const question = strings.find(({ name }) => name === answer?.name) ?? strings[0];
  if (answer !== undefined && question !== undefined) {
    given.set(answer.name, upperCase(text(question.name), question, answer));
  }
  for (const field of valueFields(response)) {
    const same = offered.find(({ name, type }) => name === field.name && isSameType(type, field.type));
    // An optional field would need something to fall back on; it is not worth the noise in an example.
    if (same === undefined || given.has(field.name) || (field.required && !alwaysReceived(same))) continue;
    given.set(field.name, text(same.name));
  }
  return given;
}

function upperCase(text: string, question: TableField, answer: TableField): string {
  if (alwaysReceived(question)) return `${text}.toUpperCase()`;
  return answer.required ? `(${text} ?? '').toUpperCase()` : `${text}?.toUpperCase()`;
}

function isSameType(a: Type, b: Type): boolean {
  if (a.kind === 'vector' && b.kind === 'vector') return isSameType(a.element, b.element);
  if (a.kind === 'scalar' && b.kind === 'scalar') return a.scalar === b.scalar;
  if (a.kind === 'enum' && b.kind === 'enum') return a.enum === b.enum;
  if (a.kind === 'struct' && b.kind === 'struct') return a.struct === b.struct;
  if (a.kind === 'table' && b.kind === 'table') return a.table === b.table;
  if (a.kind === 'union' && b.kind === 'union') return a.union === b.union;
  return a.kind === 'string' && b.kind === 'string';
}
