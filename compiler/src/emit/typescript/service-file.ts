import type { Contract, Method } from '../../model.ts';
import { printBlockDoc, printBreakable } from '../../printer/index.ts';
import type { GeneratedFile } from '../generated-file.ts';
import { printRequestEnvelope, printResponseEnvelope } from './envelope-code.ts';
import { contractNames, type MethodNames, methodNames, type ValueNames } from './names.ts';
import { type EmitContext, SourceFile } from './source-file.ts';

/** `echo_service.ts`: what a plugin has to implement, and how its handlers are reached. */
export function emitServiceFile(context: EmitContext, contract: Contract, values: ValueNames): GeneratedFile {
  const names = contractNames(contract);
  const methods = methodNames(contract);
  const file = new SourceFile(context, `${names.serviceFile}.ts`);
  const { body } = file;
  const callable = contract.methods.filter((method) => method.streaming === 'none');
  printRequestEnvelope(file, contract);
  if (callable.length > 0) printResponseEnvelope(file, contract);
  body.blank();
  printHandlers(file, contract, callable, methods, values);
  body.blank();
  const list = callable.map((method) => `'${methods.get(method)!.plain}'`);
  printBlockDoc(body, [
    `Makes a service for \`serve\` out of handlers. Throws TypeError where one is missing.`,
  ]);
  body.block(
    `export function ${names.service}(handlers: ${names.handlers}): ${file.runtimeType('Service')} {`,
    () => {
      body.list(`${file.codec('requireHandlers')}('${contract.name}', handlers, [`, list, ']);');
      body.block(
        'return {',
        () => {
          body.line(`name: '${contract.name}',`);
          body.line(`contractHash: ${file.sibling('./contract', 'CONTRACT_HASH')},`);
          body.line(`schema: ${file.sibling('./contract', 'SCHEMA')},`);
          body.block('methods: [', () => printMethodList(file, contract, methods, values), '],');
          body.line('readHead: (reader, head) => callRequest.readHead(reader, head),');
        },
        '};',
      );
    },
  );
  return file.finish();
}

function printHandlers(
  file: SourceFile,
  contract: Contract,
  callable: readonly Method[],
  methods: ReadonlyMap<Method, MethodNames>,
  values: ValueNames,
): void {
  const { body } = file;
  printBlockDoc(body, [
    ...contract.doc,
    ...(contract.doc.length > 0 ? [''] : []),
    `What a plugin does for \`${contract.name}\`.`,
  ]);
  const { handlers } = contractNames(contract);
  if (callable.length === 0) {
    body.line(`export type ${handlers} = Record<string, never>;`);
    return;
  }
  body.block(`export interface ${handlers} {`, () => {
    callable.forEach((method, index) => {
      if (index > 0 && method.doc.length > 0) body.blank();
      printBlockDoc(body, method.doc);
      const request = `request: ${file.siblingType('./values', values.received(method.request))}`;
      const context = `context: ${file.runtimeType('CallContext')}`;
      const response = file.siblingType('./values', values.init(method.response));
      body.list(
        `${methods.get(method)!.plain}(`,
        [request, context],
        `): ${response} | Promise<${response}>;`,
      );
    });
  });
}

/** By type code: unused codes, 0 among them, are undefined. */
function printMethodList(
  file: SourceFile,
  contract: Contract,
  methods: ReadonlyMap<Method, MethodNames>,
  values: ValueNames,
): void {
  const { body } = file;
  const last = Math.max(...contract.methods.map((method) => method.code));
  for (let code = 0; code <= last; code++) {
    const method = contract.methods.find((candidate) => candidate.code === code);
    if (method === undefined) body.line('undefined,');
    else if (method.streaming === 'none') printMethod(file, method, methods.get(method)!, values);
    else printStreaming(file, contract, method);
  }
}

function printMethod(file: SourceFile, method: Method, { plain }: MethodNames, values: ValueNames): void {
  const { body } = file;
  const serviceMethod = file.runtimeType('ServiceMethod');
  const request = file.siblingType('./values', values.received(method.request));
  const response = file.siblingType('./values', values.init(method.response));
  const decode = file.siblingMember('./codecs', values.decoder(method.request));
  const encode = file.siblingMember('./codecs', values.encoder(method.response));
  body.line('{');
  body.indented(() => {
    body.line(`name: '${method.name}',`);
    body.line(`code: ${method.code},`);
    body.line(`streaming: 'none',`);
    body.block(
      'decodeRequest(reader, at) {',
      () => printBreakable(body, `return ${decode}(reader, at, 2);`),
      '},',
    );
    body.block(
      'encodeResponse(writer, response, head) {',
      () => {
        const begun = `callResponse.begin(writer, ${method.responseCode}, head)`;
        body.list(`${encode}(`, ['writer', begun, 'response', '2'], ');');
      },
      '},',
    );
    body.block(
      'handle(request, context) {',
      () => body.line(`return handlers.${plain}(request, context);`),
      '},',
    );
  });
  body.list(`} satisfies ${serviceMethod}<`, [request, response], '>,', { trailing: '' });
}

/** A method that needs a stream: calls of it are answered with UNIMPLEMENTED. */
function printStreaming(file: SourceFile, contract: Contract, method: Method): void {
  const notServable = file.codec('streamingMethod');
  file.body.line(`${notServable}('${contract.name}.${method.name}', ${method.code}, '${method.streaming}'),`);
}
