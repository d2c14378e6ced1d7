import type { Contract, Method, TableDef } from '../../model.ts';
import type { GeneratedFile } from '../generated-file.ts';
import { printKeyed } from './aligned.ts';
import { type GoNames, helperNames } from './names.ts';
import { type GoContext, GoFile } from './source-file.ts';

/** `methods.go`: how the envelope and the messages of each method are written and read. */
export function emitMethodsFile(context: GoContext, contract: Contract, names: GoNames): GeneratedFile {
  const file = new GoFile(context, 'methods.go');
  const { body } = file;
  const callable = contract.methods.filter((method) => method.streaming === 'none');
  printEnvelope(file, 'Request', contract.callRequest, [
    ['RequestID', 'request_id'],
    ['DeadlineUnixMs', 'deadline_unix_ms'],
    ['TraceID', 'trace_id'],
    ['SpanID', 'span_id'],
    ['Payload', 'payload'],
  ]);
  if (callable.length > 0) {
    body.blank();
    printEnvelope(file, 'Response', contract.callResponse, [
      ['RequestID', 'request_id'],
      ['Payload', 'payload'],
    ]);
  }
  for (const method of callable) {
    body.blank();
    printMethod(file, contract, method, names);
  }
  return file.finish();
}

function printEnvelope(
  file: GoFile,
  kind: 'Request' | 'Response',
  table: TableDef,
  fields: readonly (readonly [key: string, field: string])[],
): void {
  const { body } = file;
  const make = file.use('codec', `NewCall${kind}`);
  body.block(
    `var call${kind} = ${make}(${file.use('codec', `Call${kind}Slots`)}{`,
    () =>
      printKeyed(
        body,
        fields.map(([key, name]) => [key, slotOf(file, table, name)]),
      ),
    '})',
  );
}

function slotOf(file: GoFile, table: TableDef, field: string): string {
  const found = table.fields.find(({ name, deprecated }) => name === field && !deprecated);
  return found === undefined ? file.use('codec', 'Absent') : `${found.slot}`;
}

function printMethod(file: GoFile, contract: Contract, method: Method, names: GoNames): void {
  const { body } = file;
  const { request, response } = method;
  const unary = file.use('call', 'Unary');
  const types = `${names.value(request)}, ${names.value(response)}`;
  const description = [
    `Service: "${contract.name}"`,
    `Name: "${method.name}"`,
    'ContractHash: ContractHash',
    ...(method.idempotent ? ['Idempotent: true'] : []),
  ];
  body.block(`var ${helperNames(contract, method).method} = ${unary}[${types}]{`, () =>
    printKeyed(body, [
      ['Method', `call.Method{${description.join(', ')}}`],
      ['Code', `${method.code}`],
      ['ResponseCode', `${method.responseCode}`],
      ['CallRequest', 'callRequest'],
      ['CallResponse', 'callResponse'],
      ['EncodeRequest', `encode${names.stem(request)}`],
      ['DecodeRequest', `decode${names.stem(request)}`],
      ['EncodeResponse', `encode${names.stem(response)}`],
      ['DecodeResponse', `decode${names.stem(response)}`],
    ]),
  );
}
