import type { Contract, TableDef } from '../../../model.ts';
import type { SourceFile } from '../source-file.ts';
import type { CallClasses } from './call-classes.ts';
import type { ContextField } from './call-context.ts';
import { fieldMembers, type TableFieldMembers, tableMembers } from './member-names.ts';

/** Prints `finishCallRequest`, which puts the envelope around a request and finishes the builder. */
export function printFinishRequest(
  { body }: SourceFile,
  { callRequest, requestPayload }: Contract,
  classes: CallClasses,
  context: readonly ContextField[],
): void {
  const call = classes.use(callRequest);
  const own = tableMembers(callRequest);
  const members = membersByName(callRequest);
  const parameters = [
    'builder: flatbuffers.Builder',
    `code: ${classes.use(requestPayload)}`,
    'offset: flatbuffers.Offset',
    'context: Partial<EnvelopeContext>',
  ];
  body.list('function finishCallRequest(', parameters, '): Uint8Array {');
  body.indented(() => {
    const given = context.map(({ name, isText }) => (isText ? name : `${name} = 0`));
    body.line(`const { ${['requestId = 0n', ...given].join(', ')} } = context;`);
    for (const { name, isText } of context) {
      if (isText) body.line(`const ${name}At = ${name} === undefined ? 0 : builder.createString(${name});`);
    }
    body.line(`${call}.${own.start}(builder);`);
    body.line(`${call}.${members('request_id').value.add}(builder, requestId);`);
    for (const { field, name, isText } of context) {
      const { add } = members(field).value;
      if (isText) body.line(`if (${name}At !== 0) ${call}.${add}(builder, ${name}At);`);
      else body.line(`${call}.${add}(builder, BigInt(Math.trunc(${name})));`);
    }
    printPayload(body, call, members('payload'), own.end);
  });
  body.line('}');
}

/** Prints `finishCallResponse`, which puts the envelope around an answer and finishes the builder. */
export function printFinishResponse(
  { body }: SourceFile,
  { callResponse, responsePayload }: Contract,
  classes: CallClasses,
): void {
  const call = classes.use(callResponse);
  const own = tableMembers(callResponse);
  const members = membersByName(callResponse);
  const parameters = [
    'builder: flatbuffers.Builder',
    `code: ${classes.use(responsePayload)}`,
    'offset: flatbuffers.Offset',
    'requestId: bigint',
  ];
  body.list('function finishCallResponse(', parameters, '): Uint8Array {');
  body.indented(() => {
    body.line(`${call}.${own.start}(builder);`);
    body.line(`${call}.${members('request_id').value.add}(builder, requestId);`);
    printPayload(body, call, members('payload'), own.end);
  });
  body.line('}');
}

function printPayload(body: SourceFile['body'], call: string, payload: TableFieldMembers, end: string): void {
  body.line(`${call}.${payload.codes.add}(builder, code);`);
  body.line(`${call}.${payload.value.add}(builder, offset);`);
  body.line(`builder.finish(${call}.${end}(builder));`);
  body.line('return builder.asUint8Array();');
}

function membersByName(table: TableDef): (name: string) => TableFieldMembers {
  const members = fieldMembers(table);
  const fields = new Map(table.fields.map((field) => [field.name, field]));
  return (name) => members.get(fields.get(name)!)!;
}
