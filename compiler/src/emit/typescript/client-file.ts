import type { Contract, Method } from '../../model.ts';
import { printBlockDoc, printBreakable, stringLiteral } from '../../printer/index.ts';
import type { GeneratedFile } from '../generated-file.ts';
import { printRequestEnvelope, printResponseEnvelope } from './envelope-code.ts';
import {
  type ContractNames,
  contractNames,
  type MethodNames,
  methodNames,
  type ValueNames,
} from './names.ts';
import { type EmitContext, SourceFile } from './source-file.ts';
import type { ClassLayout } from './tables/index.ts';

/** `echo_client.ts`: the client of a contract, with plain values and with builders. */
export function emitClientFile(
  context: EmitContext,
  contract: Contract,
  values: ValueNames,
  classes: ClassLayout,
): GeneratedFile {
  const names = contractNames(contract);
  const file = new SourceFile(context, `${names.clientFile}.ts`);
  const { body } = file;
  const methods = methodNames(contract);
  const callable = contract.methods.filter((method) => method.streaming === 'none');
  if (callable.length > 0) {
    printRequestEnvelope(file, contract);
    printResponseEnvelope(file, contract);
    for (const method of callable) {
      body.blank();
      printMethodObject(file, contract, method, methods.get(method)!, values);
      printBuilderMethod(file, methods.get(method)!);
    }
    body.blank();
  }
  printClass(file, contract, names, () => {
    for (const method of contract.methods) {
      body.blank();
      if (method.streaming === 'none') printMethods(file, method, methods.get(method)!, values, classes);
      else printStreaming(file, contract, method, methods.get(method)!);
    }
  });
  body.blank();
  body.line(`export { ${names.client} as ${names.clientAlias} };`);
  return file.finish();
}

/** What the session needs to know of one method. */
function printMethodObject(
  file: SourceFile,
  contract: Contract,
  method: Method,
  { plain }: MethodNames,
  values: ValueNames,
): void {
  const { body } = file;
  const request = file.siblingType('./values', values.init(method.request));
  const response = file.siblingType('./values', values.received(method.response));
  const encode = file.siblingMember('./codecs', values.encoder(method.request));
  const decode = file.siblingMember('./codecs', values.decoder(method.response));
  const open = `const ${methodObject(plain)}: ${file.runtimeType('Method')}<`;
  const flat = `${open}${request}, ${response}> = {`;
  body.block(
    body.fits(flat) ? flat : `${open}\n  ${request},\n  ${response}\n> = {`,
    () => {
      body.line(`name: '${method.name}',`);
      body.line(`service: '${contract.name}',`);
      body.line(`code: ${method.code},`);
      body.line(`contractHash: ${file.sibling('./contract', 'CONTRACT_HASH')},`);
      body.line(`idempotent: ${method.idempotent},`);
      body.line(`streaming: 'none',`);
      body.block(
        'encodeCall(writer, request, envelope) {',
        () =>
          printBreakable(
            body,
            `${encode}(writer, callRequest.begin(writer, ${method.code}, envelope), request, 2);`,
          ),
        '},',
      );
      body.block(
        'decodeResponse(reader) {',
        () =>
          printBreakable(
            body,
            `return ${decode}(reader, callResponse.open(reader, ${method.responseCode}), 2);`,
          ),
        '},',
      );
    },
    '};',
  );
}

/** The same method for payloads that a builder made. */
function printBuilderMethod(file: SourceFile, { plain, builder }: MethodNames): void {
  const decode = file.siblingMember('./pluginart_helpers', `Decode${builder}Response`);
  const make = file.runtime('builderMethod');
  printBreakable(file.body, `const ${methodObject(builder)} = ${make}(${methodObject(plain)}, ${decode});`);
}

function printClass(file: SourceFile, contract: Contract, names: ContractNames, methods: () => void): void {
  const { body } = file;
  const caller = file.runtimeType('Caller');
  const doc = contract.doc.length > 0 ? [...contract.doc, ''] : [];
  printBlockDoc(body, [
    ...doc,
    `Calls a plugin that serves \`${contract.name}\`. Its methods throw PluginartError.`,
  ]);
  // A client that cannot call anything yet is made as all others are, and keeps nothing.
  const isIdle = contract.methods.every((method) => method.streaming !== 'none');
  body.block(`export class ${names.client} {`, () => {
    if (!isIdle) {
      body.line(`readonly #caller: ${caller};`);
      body.line('readonly #plugin: string;');
      body.blank();
    }
    printBlockDoc(body, [
      `@param ${isIdle ? '_' : ''}caller a started \`PluginManager\`, a \`Client\`, or an in-memory pair`,
      `@param ${isIdle ? '_' : ''}plugin the plugin's name in \`pluginart.toml\``,
    ]);
    const plugin = stringLiteral(names.plugin, "'");
    if (isIdle) {
      body.line(`constructor(_caller: ${caller}, _plugin = ${plugin}) {}`);
    } else {
      body.block(`constructor(caller: ${caller}, plugin = ${plugin}) {`, () => {
        body.line('this.#caller = caller;');
        body.line('this.#plugin = plugin;');
      });
    }
    methods();
  });
}

function printMethods(
  file: SourceFile,
  method: Method,
  names: MethodNames,
  values: ValueNames,
  classes: ClassLayout,
): void {
  const { body } = file;
  const options = `options?: ${file.runtimeType('CallOptions')}`;
  const request = file.siblingType('./values', values.init(method.request));
  const response = file.siblingType('./values', values.received(method.response));
  printBlockDoc(body, method.doc);
  printHead(file, names.plain, [`request: ${request}`, options], `Promise<${response}>`, () => {
    printBreakable(
      body,
      `return this.#caller.invoke(this.#plugin, ${methodObject(names.plain)}, request, options);`,
    );
  });
  body.blank();

  const responseClass = classes.of(method.response);
  const accessor = `${responseClass.name}Table`;
  file.siblingType(`./${responseClass.module}`, `${responseClass.name} as ${accessor}`);
  const flatbuffers = file.imports.wholeType('flatbuffers', 'flatbuffers');
  const build = file.siblingMember('./pluginart_helpers', `Build${names.builder}CallRequest`);
  printBlockDoc(body, [
    `\`${names.plain}\` with the \`${method.request.name}\` that \`builder\` has ended at \`request\`.`,
    'It is copied: the builder may be used again at once.',
  ]);
  const parameters = [`builder: ${flatbuffers}.Builder`, `request: ${flatbuffers}.Offset`, options];
  printHead(file, `async ${names.builder}`, parameters, `Promise<${accessor}>`, () => {
    // A call may wait, for a restart or for its turn, until long after the builder has gone on to another.
    printBreakable(body, `const payload = ${build}(builder, request).slice();`);
    printBreakable(
      body,
      `return this.#caller.invoke(this.#plugin, ${methodObject(names.builder)}, payload, options);`,
    );
  });
}

/** A method whose request or response is a stream; there is no way to carry one yet. */
function printStreaming(file: SourceFile, contract: Contract, method: Method, names: MethodNames): void {
  const { body } = file;
  const label = `${contract.name}.${method.name}`;
  printBlockDoc(body, [
    ...method.doc,
    ...(method.doc.length > 0 ? [''] : []),
    'Streaming: not callable yet, throws UNIMPLEMENTED.',
  ]);
  printHead(file, `async ${names.plain}`, [], 'Promise<never>', () => {
    body.line(`throw ${file.codec('streamingNotCallable')}('${label}');`);
  });
}

function printHead(
  { body }: SourceFile,
  name: string,
  parameters: readonly string[],
  result: string,
  content: () => void,
): void {
  body.list(`${name}(`, parameters, `): ${result} {`);
  body.indented(content);
  body.line('}');
}

/** `echoMethod` for `echo` and `EchoMethod` for `Echo`, unique as these are; `builderMethod` is imported. */
function methodObject(name: string): string {
  return name === 'builder' ? 'builderMethod_' : `${name}Method`;
}
