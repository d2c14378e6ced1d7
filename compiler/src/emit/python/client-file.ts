import type { Contract, Method } from '../../model.ts';
import type { GeneratedFile } from '../generated-file.ts';
import { type ContractNames, contractNames, type MethodNames, methodNames } from './contract-names.ts';
import { printDocstring } from './docstring.ts';
import { printEnvelopes } from './envelope-code.ts';
import { helperNames, tableClass } from './helpers-file.ts';
import { pythonString } from './literal.ts';
import type { PythonNames } from './names.ts';
import { printRequestParameters, renamedFields } from './request-parameters.ts';
import { type PythonContext, PythonFile } from './source-file.ts';
import type { ClassLayout } from './tables/index.ts';

/** Which face of a client: the one that blocks, or the one for event loops. */
type Face = 'sync' | 'async';

/** `echo_client.py`: the clients of a contract, with plain values and with builders. */
export function emitClientFile(
  context: PythonContext,
  contract: Contract,
  values: PythonNames,
  layout: ClassLayout,
): GeneratedFile {
  const names = contractNames(contract);
  const file = new PythonFile(context, `${names.clientFile}.py`);
  const methods = methodNames(contract);
  const callable = contract.methods.filter(({ streaming }) => streaming === 'none');
  if (callable.length > 0) printEnvelopes(file, contract);
  for (const method of callable) {
    const name = methods.get(method)!;
    printMethodObject(file, contract, method, name, values);
    printBuiltMethodObject(file, contract, method, name, layout);
  }
  for (const face of ['sync', 'async'] as const) {
    printClass(file, contract, names, face, () => {
      for (const method of contract.methods) {
        const name = methods.get(method)!;
        if (method.streaming === 'none') {
          printMethod(file, method, name, values, face);
          printBuilderMethod(file, method, name, layout, face);
        } else printStreaming(file, contract, method, name, face);
      }
    });
  }
  file.constants(true);
  file.body.line(`${names.clientAlias} = ${names.client}`);
  file.body.line(`${names.asyncClientAlias} = ${names.asyncClient}`);
  return file.finish(`Calls plugins that serve ${contract.name}.`);
}

/** What the session needs to know of one method. */
function printMethodObject(
  file: PythonFile,
  contract: Contract,
  method: Method,
  { constant }: MethodNames,
  values: PythonNames,
): void {
  const { body } = file;
  const request = file.sibling('values', values.value(method.request));
  const response = file.sibling('values', values.value(method.response));
  const write = file.sibling('codecs', `write_${values.snake(method.request)}`);
  const read = file.sibling('codecs', `read_${values.snake(method.response)}`);
  file.constants(false);
  const type = `${file.runtime('Method')}[`;
  const flat = `${constant}: ${type}${request}, ${response}] = Method(`;
  body.line(body.fits(flat) ? flat : `${constant}: ${type}\n    ${request}, ${response}\n] = Method(`);
  body.indented(() => {
    body.line(`name=${pythonString(method.name)},`);
    body.line(`service=${pythonString(contract.name)},`);
    body.line(`contract_hash=${file.sibling('contract', 'CONTRACT_HASH')},`);
    body.line(`idempotent=${method.idempotent ? 'True' : 'False'},`);
    body.line('streaming="none",');
    printLambda(
      file,
      'encode_call',
      'request, envelope',
      `_REQUEST.encode(${method.code}, ${write}, request, envelope)`,
    );
    printLambda(file, 'decode_response', 'data', `_RESPONSE.decode(data, ${method.responseCode}, ${read})`);
  });
  body.line(')');
}

/** The same for those who build the request and read the response in place. */
function printBuiltMethodObject(
  file: PythonFile,
  contract: Contract,
  method: Method,
  { constant }: MethodNames,
  layout: ClassLayout,
): void {
  const { body } = file;
  const response = tableClass(file, method.response, layout);
  file.constants(false);
  const type = `${file.runtime('Method')}[`;
  const flat = `${constant}_BUILT: ${type}bytes, ${response}] = Method(`;
  body.line(body.fits(flat) ? flat : `${constant}_BUILT: ${type}\n    bytes, ${response}\n] = Method(`);
  body.indented(() => {
    body.line(`name=${pythonString(method.name)},`);
    body.line(`service=${pythonString(contract.name)},`);
    body.line(`contract_hash=${file.sibling('contract', 'CONTRACT_HASH')},`);
    body.line(`idempotent=${method.idempotent ? 'True' : 'False'},`);
    body.line('streaming="none",');
    body.line('encode_call=lambda payload, envelope: payload,');
    body.line(`decode_response=${file.sibling('pluginart_helpers', helperNames(method).readResponse)},`);
  });
  body.line(')');
}

function printBuilderMethod(
  file: PythonFile,
  method: Method,
  { builder, constant }: MethodNames,
  layout: ClassLayout,
  face: Face,
): void {
  const { body } = file;
  const isAsync = face === 'async';
  const any = file.from('typing', 'Any');
  const response = tableClass(file, method.response, layout);
  const parameters = ['self', `builder: ${any}`, 'request: int', '*', ...optionParameters(file)];
  body.blank();
  body.list(`${isAsync ? 'async def' : 'def'} ${builder}(`, parameters, `) -> ${response}:`);
  body.indented(() => {
    const { name } = layout.of(method.request);
    printDocstring(body, [
      `Call ${method.name} with the ${name} that a builder has ended at an offset; it is copied.`,
    ]);
    const build = file.sibling('pluginart_helpers', helperNames(method).buildRequest);
    body.line(`sent = ${build}(builder, request)`);
    const call = `self._caller.invoke(self._plugin, ${constant}_BUILT, sent, timeout=timeout, metadata=metadata)`;
    body.line(`return ${isAsync ? 'await ' : ''}${call}`);
  });
}

function printLambda({ body }: PythonFile, name: string, parameters: string, expression: string): void {
  const flat = `${name}=lambda ${parameters}: ${expression},`;
  if (body.fits(flat)) {
    body.line(flat);
    return;
  }
  const open = expression.indexOf('(') + 1;
  body.line(`${name}=lambda ${parameters}: ${expression.slice(0, open)}`);
  body.indented(() => body.line(expression.slice(open, -1)));
  body.line('),');
}

function printClass(
  file: PythonFile,
  contract: Contract,
  names: ContractNames,
  face: Face,
  methods: () => void,
): void {
  const { body } = file;
  const isAsync = face === 'async';
  const caller = file.runtime(isAsync ? 'AsyncCaller' : 'Caller');
  file.topLevel();
  body.line(`class ${isAsync ? names.asyncClient : names.client}:`);
  body.indented(() => {
    const how = isAsync ? 'from an event loop' : 'and waits for the answers';
    printDocstring(body, [
      `Calls a plugin that serves ${contract.name}, ${how}. Its methods raise PluginartError.`,
      ...(contract.doc.length > 0 ? ['', ...contract.doc] : []),
    ]);
    body.blank();
    body.line(`def __init__(self, caller: ${caller}, plugin: str = ${pythonString(names.plugin)}) -> None:`);
    body.indented(() => {
      const manager = isAsync
        ? 'a started AsyncPluginManager, an AsyncClient'
        : 'a started PluginManager, a Client';
      printDocstring(body, [
        `Take ${manager} or an in-memory pair, and the plugin's name in pluginart.toml.`,
      ]);
      body.line('self._caller = caller');
      body.line('self._plugin = plugin');
    });
    methods();
  });
}

function printMethod(
  file: PythonFile,
  method: Method,
  name: MethodNames,
  values: PythonNames,
  face: Face,
): void {
  const { body } = file;
  const isAsync = face === 'async';
  const def = isAsync ? 'async def' : 'def';
  const request = file.sibling('values', values.value(method.request));
  const response = file.sibling('values', values.value(method.response));
  const overload = file.from('typing', 'overload');
  const options = optionParameters(file);
  body.blank();
  body.line(`@${overload}`);
  body.list(
    `${def} ${name.plain}(`,
    ['self', `request: ${request}`, '/', '*', ...options],
    `) -> ${response}: ...`,
    {},
  );
  body.blank();
  body.line(`@${overload}`);
  const fields = printRequestParameters(file, method.request, values);
  body.list(`${def} ${name.plain}(`, ['self', '*', ...fields, ...options], `) -> ${response}: ...`);
  body.blank();
  const any = file.from('typing', 'Any');
  const all = ['self', `*request: ${request}`, ...options, `**fields: ${any}`];
  body.list(`${def} ${name.plain}(`, all, `) -> ${response}:`);
  body.indented(() => {
    printDocstring(body, [
      ...(method.doc.length > 0 ? method.doc : [`Call the method ${method.name}.`]),
      '',
      'Takes the fields of the request, or a whole request.',
    ]);
    for (const [parameter, attribute] of renamedFields(method.request, values)) {
      body.line(`if "${parameter}" in fields:`);
      body.indented(() => body.line(`fields["${attribute}"] = fields.pop("${parameter}")`));
    }
    body.line(`sent = ${file.codec('request_of')}(${request}, request, fields)`);
    const call = `self._caller.invoke(self._plugin, ${name.constant}, sent, timeout=timeout, metadata=metadata)`;
    body.line(`return ${isAsync ? 'await ' : ''}${call}`);
  });
}

function optionParameters(file: PythonFile): string[] {
  const timeout = file.runtime('Timeout');
  const fallback = file.runtime('DEFAULT');
  return [`timeout: ${timeout} = ${fallback}`, `metadata: ${file.runtime('CallMetadata')} | None = None`];
}

function printStreaming(
  file: PythonFile,
  contract: Contract,
  method: Method,
  name: MethodNames,
  face: Face,
): void {
  const { body } = file;
  const never = file.from('typing', 'NoReturn');
  body.blank();
  body.line(`${face === 'async' ? 'async def' : 'def'} ${name.plain}(self) -> ${never}:`);
  body.indented(() => {
    printDocstring(body, [...method.doc, 'Not callable yet: it is a streaming method. UNIMPLEMENTED.']);
    body.line(
      `raise ${file.codec('streaming_not_callable')}(${pythonString(`${contract.name}.${method.name}`)})`,
    );
  });
}
