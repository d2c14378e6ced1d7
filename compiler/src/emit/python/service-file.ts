import type { Contract, Method } from '../../model.ts';
import type { GeneratedFile } from '../generated-file.ts';
import { contractNames, type MethodNames, methodNames } from './contract-names.ts';
import { printDocstring } from './docstring.ts';
import { printEnvelopes } from './envelope-code.ts';
import { pythonString } from './literal.ts';
import type { PythonNames } from './names.ts';
import { type PythonContext, PythonFile } from './source-file.ts';

/** `echo_service.py`: the class that a plugin's handlers derive from. */
export function emitServiceFile(
  context: PythonContext,
  contract: Contract,
  values: PythonNames,
): GeneratedFile {
  const names = contractNames(contract);
  const file = new PythonFile(context, `${names.serviceFile}.py`);
  const { body } = file;
  const methods = methodNames(contract);
  const callable = contract.methods.filter(({ streaming }) => streaming === 'none');
  printEnvelopes(file, contract);
  file.topLevel();
  const base = callable.length > 0 ? `(${file.from('abc', 'ABC')})` : '';
  body.line(`class ${names.service}${base}:`);
  body.indented(() => {
    printDocstring(body, [
      `What a plugin does for ${contract.name}; an object of a class that derives from it is what \`serve\` takes.`,
      '',
      ...(contract.doc.length > 0 ? [...contract.doc, ''] : []),
      'A method may be `async def`: it then runs on the event loop, others in a pool of threads.',
      'Raising PluginError chooses the code that the caller sees; any other error is told by its message.',
    ]);
    for (const method of callable) printHandler(file, method, methods.get(method)!, values);
    body.blank();
    body.line(`def __pluginart_service__(self) -> ${file.runtime('Service')}:`);
    body.indented(() => printService(file, contract, callable, methods, values));
  });
  return file.finish(`Serves ${contract.name}.`);
}

function printHandler(file: PythonFile, method: Method, { plain }: MethodNames, values: PythonNames): void {
  const { body } = file;
  const request = file.sibling('values', values.value(method.request));
  const response = file.sibling('values', values.value(method.response));
  const context = file.runtime('CallContext');
  const awaitable = file.from('collections.abc', 'Awaitable');
  body.blank();
  body.line(`@${file.from('abc', 'abstractmethod')}`);
  const parameters = ['self', `request: ${request}`, `call: ${context}`];
  body.list(`def ${plain}(`, parameters, `) -> ${response} | ${awaitable}[${response}]:`);
  body.indented(() => {
    printDocstring(body, method.doc, `Answer the method ${method.name}.`);
    body.line('...');
  });
}

function printService(
  file: PythonFile,
  contract: Contract,
  callable: readonly Method[],
  methods: ReadonlyMap<Method, MethodNames>,
  values: PythonNames,
): void {
  const { body } = file;
  printDocstring(body, ['What `serve` needs to know of it.']);
  body.line('return Service(');
  body.indented(() => {
    body.line(`name=${pythonString(contract.name)},`);
    body.line(`contract_hash=${file.sibling('contract', 'CONTRACT_HASH')},`);
    body.line(`schema=${file.sibling('contract', 'SCHEMA')},`);
    if (callable.length === 0) body.line('methods={},');
    else {
      body.line('methods={');
      body.indented(() => {
        for (const method of callable) printServed(file, method, methods.get(method)!, values);
      });
      body.line('},');
    }
    const streaming = contract.methods.filter((method) => !callable.includes(method));
    if (streaming.length > 0) {
      const names = streaming.map(({ code, name }) => `${code}: ${pythonString(name)}`);
      body.list('streaming={', names, '},');
    }
    body.line('read_head=_REQUEST.read_head,');
  });
  body.line(')');
}

function printServed(file: PythonFile, method: Method, { plain }: MethodNames, values: PythonNames): void {
  const { body } = file;
  const read = file.sibling('codecs', `read_${values.snake(method.request)}`);
  const write = file.sibling('codecs', `write_${values.snake(method.response)}`);
  body.line(`${method.code}: ${file.runtime('ServiceMethod')}.of(`);
  body.indented(() => {
    body.line(`${pythonString(method.name)},`);
    body.line(`self.${plain},`);
    body.line(`lambda data, at: ${file.codec('decode_payload')}(${read}, data, at),`);
    body.line(
      `lambda response, request_id: _RESPONSE.encode(${method.responseCode}, ${write}, response, request_id),`,
    );
  });
  body.line('),');
}
