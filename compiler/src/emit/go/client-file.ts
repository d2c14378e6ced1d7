import type { Contract, Method } from '../../model.ts';
import { stringLiteral } from '../../printer/index.ts';
import type { GeneratedFile } from '../generated-file.ts';
import { printDoc } from './doc-comment.ts';
import { fileStem, type GoNames, helperNames, methodNames, pluginName } from './names.ts';
import { type GoContext, GoFile } from './source-file.ts';

/** `echo_client.go`: the client with plain values, and the one with builders. */
export function emitClientFile(context: GoContext, contract: Contract, names: GoNames): GeneratedFile {
  const file = new GoFile(context, `${fileStem(contract)}_client.go`);
  const { body } = file;
  const methods = methodNames(contract);
  printType(file, contract, 'TypedClient', [
    ...contract.doc,
    ...(contract.doc.length > 0 ? [''] : []),
    `TypedClient calls a plugin that serves ${contract.name}, with plain values. All errors are *fault.Error.`,
  ]);
  for (const method of contract.methods) {
    body.blank();
    const name = methods.get(method)!;
    if (method.streaming === 'none') printTyped(file, contract, method, name, names);
    else printStreaming(file, contract, method, name, 'TypedClient');
  }
  body.blank();
  printType(file, contract, 'Client', [
    'Client is TypedClient for those who build their own messages. What a builder holds is copied before a call returns.',
  ]);
  for (const method of contract.methods) {
    body.blank();
    const name = methods.get(method)!;
    if (method.streaming === 'none') printBuilder(file, contract, method, name, names);
    else printStreaming(file, contract, method, name, 'Client');
  }
  return file.finish();
}

function printType(file: GoFile, contract: Contract, name: string, doc: readonly string[]): void {
  const { body } = file;
  const caller = file.use('call', 'Caller');
  printDoc(body, doc);
  body.block(`type ${name} struct {`, () => body.line(`caller ${caller}\nplugin string`));
  body.blank();
  const example = stringLiteral(pluginName(contract), '"');
  body.line(
    `// New${name} takes a started runtime.Manager, a protocol.Client or an in-memory pair, and the plugin's name in`,
  );
  body.line(`// pluginart.toml, such as ${example}.`);
  body.block(`func New${name}(caller ${caller}, plugin string) *${name} {`, () =>
    body.line(`return &${name}{caller: caller, plugin: plugin}`),
  );
}

function printTyped(file: GoFile, contract: Contract, method: Method, name: string, names: GoNames): void {
  const { body } = file;
  const parameters = [`ctx ${file.use('context', 'Context')}`, `request *${names.value(method.request)}`];
  printDoc(body, method.doc.length > 0 ? method.doc : [`${name} calls the method ${method.name}.`]);
  printFunction(
    file,
    `func (c *TypedClient) ${name}(`,
    parameters,
    `(*${names.value(method.response)}, error)`,
    () => body.line(`return ${helperNames(contract, method).method}.Call(ctx, c.caller, c.plugin, request)`),
  );
}

function printBuilder(file: GoFile, contract: Contract, method: Method, name: string, names: GoNames): void {
  const { body } = file;
  const helpers = helperNames(contract, method);
  const parameters = [
    `ctx ${file.use('context', 'Context')}`,
    `builder *${file.use('flatbuffers', 'Builder')}`,
    'request flatbuffers.UOffsetT',
  ];
  body.line(
    `// ${name} calls the method ${method.name} with the ${method.request.name} that builder has ended at request.`,
  );
  printFunction(
    file,
    `func (c *Client) ${name}(`,
    parameters,
    `(*${names.stem(method.response)}, error)`,
    () => {
      body.line(`payload := ${helpers.buildRequest}(builder, request)`);
      body.line(`response, err := ${helpers.method}.CallEncoded(ctx, c.caller, c.plugin, payload)`);
      body.block('if err != nil {', () => body.line('return nil, err'));
      body.line(`return ${helpers.decodeResponse}(response)`);
    },
  );
}

/** A method whose request or response is a stream; there is no way to carry one yet. */
function printStreaming(
  file: GoFile,
  contract: Contract,
  method: Method,
  name: string,
  client: string,
): void {
  const { body } = file;
  const label = `${contract.name}.${method.name}`;
  if (client === 'TypedClient' && method.doc.length > 0) printDoc(body, [...method.doc, '']);
  body.line(`// ${name} is of a streaming method: not callable yet, UNIMPLEMENTED.`);
  body.block(`func (c *${client}) ${name}(${file.use('context', 'Context')}) error {`, () =>
    body.line(`return ${file.use('call', 'StreamingError')}("${label}")`),
  );
}

/** A function whose parameters go one a line where they do not fit. */
export function printFunction(
  file: GoFile,
  head: string,
  parameters: readonly string[],
  result: string,
  content: () => void,
): void {
  const { body } = file;
  body.list(head, parameters, `) ${result} {`);
  body.indented(content);
  body.line('}');
}
