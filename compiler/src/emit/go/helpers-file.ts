import type { Contract, Method } from '../../model.ts';
import type { GeneratedFile } from '../generated-file.ts';
import { printFunction } from './client-file.ts';
import { type GoNames, helperNames, tableMembers } from './names.ts';
import { type GoContext, GoFile } from './source-file.ts';

/**
 * `pluginart_helpers.go`: calls whose payloads are built, and read, with FlatBuffers builders. None where all methods
 * are streaming.
 */
export function emitHelperFiles(context: GoContext, contract: Contract, names: GoNames): GeneratedFile[] {
  const methods = contract.methods.filter(({ streaming }) => streaming === 'none');
  if (methods.length === 0) return [];
  const file = new GoFile(context, 'pluginart_helpers.go');
  const { body } = file;
  body.line('// CallContext is what travels with a request; the answer carries its RequestID.');
  body.line(`type CallContext = ${file.use('codec', 'CallEnvelope')}`);
  for (const method of methods) printMethod(file, contract, method, names);
  printFinishers(file, contract, names);
  return [file.finish()];
}

function printMethod(file: GoFile, contract: Contract, method: Method, names: GoNames): void {
  const { body } = file;
  const helpers = helperNames(contract, method);
  const builder = `builder *${file.use('flatbuffers', 'Builder')}`;
  const offset = 'offset flatbuffers.UOffsetT';
  const request = names.stem(method.request);
  const response = names.stem(method.response);
  const code = names.constant(contract.requestPayload, memberName(contract.requestPayload, method.code));
  const responseCode = names.constant(
    contract.responsePayload,
    memberName(contract.responsePayload, method.responseCode),
  );
  const print = (doc: string, name: string, parameters: string[], result: string, lines: string[]): void => {
    body.blank();
    body.line(`// ${name} ${doc}`);
    printFunction(file, `func ${name}(`, parameters, result, () => {
      for (const line of lines) body.line(line);
    });
  };
  print(
    `finishes builder with a call of ${method.name}; the request lies at offset. The bytes stay the builder's.`,
    helpers.buildRequest,
    [builder, offset],
    '[]byte',
    [`return finishCallRequest(builder, ${code}, offset)`],
  );
  print(
    `checks all of an encoded call of ${method.name} and opens it. Errors are INVALID_PAYLOAD.`,
    helpers.decodeRequest,
    ['payload []byte'],
    `(*${request}, CallContext, error)`,
    [
      `head, err := ${helpers.method}.OpenRequest(payload)`,
      'if err != nil {\n\treturn nil, CallContext{}, err\n}',
      `request := &${request}{}`,
      'request.Init(payload, flatbuffers.UOffsetT(head.Payload))',
      'return request, head.CallEnvelope, nil',
    ],
  );
  print(
    "finishes builder with the answer to a call, which lies at offset. The bytes stay the builder's.",
    helpers.buildResponse,
    ['call CallContext', builder, offset],
    '[]byte',
    [`return finishCallResponse(builder, ${responseCode}, offset, call.RequestID)`],
  );
  print(
    `checks all of the encoded answer to a call of ${method.name} and opens it. Errors are INVALID_PAYLOAD.`,
    helpers.decodeResponse,
    ['payload []byte'],
    `(*${response}, error)`,
    [
      `at, err := ${helpers.method}.OpenResponse(payload)`,
      'if err != nil {\n\treturn nil, err\n}',
      `response := &${response}{}`,
      'response.Init(payload, flatbuffers.UOffsetT(at))',
      'return response, nil',
    ],
  );
}

function memberName(union: Contract['requestPayload'], code: number): string {
  return union.members.find((member) => member.code === code)!.name;
}

/** The functions that put the envelope around a payload and finish the builder. */
function printFinishers(file: GoFile, contract: Contract, names: GoNames): void {
  const { body } = file;
  const print = (side: 'Request' | 'Response', extra: readonly string[], id: boolean): void => {
    const table = side === 'Request' ? contract.callRequest : contract.callResponse;
    const union = side === 'Request' ? contract.requestPayload : contract.responsePayload;
    const stem = names.stem(table);
    const members = tableMembers(table);
    const payload = members.get('payload')!.name;
    const parameters = [
      'builder *flatbuffers.Builder',
      `code ${names.stem(union)}`,
      'offset flatbuffers.UOffsetT',
      ...extra,
    ];
    body.blank();
    printFunction(file, `func finishCall${side}(`, parameters, '[]byte', () => {
      body.line(`${stem}Start(builder)`);
      if (id) body.line(`${stem}Add${members.get('request_id')!.name}(builder, requestID)`);
      body.line(`${stem}Add${payload}Type(builder, code)`);
      body.line(`${stem}Add${payload}(builder, offset)`);
      body.line(`builder.Finish(${stem}End(builder))`);
      body.line('return builder.FinishedBytes()');
    });
  };
  print('Request', [], false);
  print('Response', ['requestID uint64'], true);
}
