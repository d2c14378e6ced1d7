import type { Contract, Method, UnionDef } from '../../../model.ts';
import { printBlockDoc } from '../../../printer/index.ts';
import type { GeneratedFile } from '../../generated-file.ts';
import { printRequestEnvelope, printResponseEnvelope } from '../envelope-code.ts';
import { type MethodNames, methodNames, type ValueNames } from '../names.ts';
import { type EmitContext, SourceFile } from '../source-file.ts';
import { CallClasses } from './call-classes.ts';
import { contextFields, printContext, printContextOf } from './call-context.ts';
import { printFinishRequest, printFinishResponse } from './call-finishers.ts';
import type { ClassLayout } from './class-layout.ts';
import { verifierName } from './verify-call.ts';
import { emitVerifyFile } from './verify-file.ts';

const ownNames =
  'EnvelopeContext DecodedCall CallHead CallRequestEnvelope CallResponseEnvelope callRequest callResponse openCallRequest ' +
  'openCallResponse finishCallRequest finishCallResponse contextOf';

/**
 * `pluginart_helpers.ts`: calls whose payloads are built, and read, with FlatBuffers builders; and the file that
 * it checks them with. None where all methods are streaming.
 */
export function emitCallFiles(
  context: EmitContext,
  contract: Contract,
  layout: ClassLayout,
  names: ValueNames,
): GeneratedFile[] {
  const methods = contract.methods.filter(({ streaming }) => streaming === 'none');
  if (methods.length === 0) return [];
  const file = new SourceFile(context, 'pluginart_helpers.ts');
  const methodsNames = methodNames(contract);
  const declared = methods.flatMap((method) => Object.values(functionNames(methodsNames.get(method)!)));
  const classes = new CallClasses(file, layout, [...ownNames.split(' '), ...declared]);
  const fields = contextFields(contract);
  const { body } = file;

  file.imports.whole('flatbuffers', 'flatbuffers');
  printRequestEnvelope(file, contract);
  printResponseEnvelope(file, contract);
  body.blank();
  printContext(file, fields);
  for (const method of methods) {
    printMethod(file, contract, method, functionNames(methodsNames.get(method)!), classes, names);
  }
  body.blank();
  printFinishRequest(file, contract, classes, fields);
  body.blank();
  printFinishResponse(file, contract, classes);
  body.blank();
  printContextOf(file, fields);
  return [file.finish(), emitVerifyFile(context, methods, names)];
}

interface FunctionNames {
  readonly buildRequest: string;
  readonly decodeRequest: string;
  readonly buildResponse: string;
  readonly decodeResponse: string;
}

function functionNames({ builder }: MethodNames): FunctionNames {
  return {
    buildRequest: `Build${builder}CallRequest`,
    decodeRequest: `Decode${builder}Request`,
    buildResponse: `Build${builder}CallResponse`,
    decodeResponse: `Decode${builder}Response`,
  };
}

function printMethod(
  file: SourceFile,
  contract: Contract,
  method: Method,
  functions: FunctionNames,
  classes: CallClasses,
  names: ValueNames,
): void {
  const { body } = file;
  const builder = 'builder: flatbuffers.Builder';
  const offset = 'offset: flatbuffers.Offset';
  const request = classes.use(method.request);
  const response = classes.use(method.response);
  const requestCode = codeOf(contract.requestPayload, method.code, classes);
  const responseCode = codeOf(contract.responsePayload, method.responseCode, classes);
  const print = (
    doc: string,
    name: string,
    parameters: string[],
    result: string,
    content: () => void,
  ): void => {
    body.blank();
    printBlockDoc(body, [doc]);
    body.list(`export function ${name}(`, parameters, `): ${result} {`);
    body.indented(content);
    body.line('}');
  };
  const verifier = (of: Method['request']): string =>
    file.siblingMember('./pluginart_verify', verifierName(names, of));

  print(
    `Finishes \`builder\` with a call of \`${method.name}\`; the request lies at \`offset\`. The bytes stay the builder's.`,
    functions.buildRequest,
    [builder, offset, 'context: Partial<EnvelopeContext> = {}'],
    'Uint8Array',
    () => body.list('return finishCallRequest(', ['builder', requestCode, 'offset', 'context'], ');'),
  );
  print(
    `Checks all of an encoded call of \`${method.name}\` and opens it. Throws INVALID_PAYLOAD.`,
    functions.decodeRequest,
    ['payload: Uint8Array'],
    `DecodedCall<${request}>`,
    () => {
      body.list('const method = {', [`name: '${method.name}'`, `code: ${requestCode}`], '};', {
        padded: true,
      });
      const args = ['payload', 'callRequest', 'method', verifier(method.request)];
      body.list(`const head = ${file.codec('openCallRequest')}(`, args, ');');
      body.line('const bytes = new flatbuffers.ByteBuffer(payload);');
      const opened = `request: new ${request}().__init(head.payload, bytes)`;
      body.list('return {', [opened, 'call: contextOf(head)'], '};', { padded: true });
    },
  );
  print(
    `Finishes \`builder\` with the answer to \`call\`, which lies at \`offset\`. The bytes stay the builder's.`,
    functions.buildResponse,
    ["call: Pick<EnvelopeContext, 'requestId'>", builder, offset],
    'Uint8Array',
    () =>
      body.list('return finishCallResponse(', ['builder', responseCode, 'offset', 'call.requestId'], ');'),
  );
  print(
    `Checks all of the encoded answer to a call of \`${method.name}\` and opens it. Throws INVALID_PAYLOAD.`,
    functions.decodeResponse,
    ['payload: Uint8Array'],
    response,
    () => {
      const args = ['payload', 'callResponse', responseCode, verifier(method.response)];
      body.list(`const at = ${file.codec('openCallResponse')}(`, args, ');');
      body.list(`return new ${response}().__init(`, ['at', 'new flatbuffers.ByteBuffer(payload)'], ');');
    },
  );
}

function codeOf(union: UnionDef, code: number, classes: CallClasses): string {
  const member = union.members.find((candidate) => candidate.code === code)!;
  return `${classes.use(union)}.${member.name}`;
}
