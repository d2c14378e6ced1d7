import type { Contract, Method, TableDef } from '../../model.ts';
import { pascalCase } from '../../printer/index.ts';
import type { GeneratedFile } from '../generated-file.ts';
import { printFunction } from './codecs/print-function.ts';
import { printEnvelopes } from './envelope-code.ts';
import { pythonString } from './literal.ts';
import type { PythonNames } from './names.ts';
import { type PythonContext, PythonFile } from './source-file.ts';
import type { ClassLayout } from './tables/index.ts';

/** What the helpers of one method are called. */
export function helperNames({
  name,
}: Method): Record<'buildRequest' | 'readRequest' | 'buildResponse' | 'readResponse', string> {
  const stem = pascalCase(name);
  return {
    buildRequest: `Build${stem}CallRequest`,
    readRequest: `Decode${stem}Request`,
    buildResponse: `Build${stem}CallResponse`,
    readResponse: `Decode${stem}Response`,
  };
}

/** `pluginart_helpers.py`: calls whose payloads are built, and read, with FlatBuffers builders. */
export function emitHelpersFile(
  context: PythonContext,
  contract: Contract,
  values: PythonNames,
  layout: ClassLayout,
): GeneratedFile[] {
  const methods = contract.methods.filter(({ streaming }) => streaming === 'none');
  if (methods.length === 0) return [];
  const file = new PythonFile(context, 'pluginart_helpers.py');
  printEnvelopes(file, contract);
  for (const method of methods) printMethod(file, method, values, layout);
  printFinishers(file, contract);
  return [file.finish(`Calls of ${contract.name} for those who build their own messages.`)];
}

function printMethod(file: PythonFile, method: Method, values: PythonNames, layout: ClassLayout): void {
  const { body } = file;
  const names = helperNames(method);
  const any = file.from('typing', 'Any');
  const head = file.codec('CallHead');
  const request = tableClass(file, method.request, layout);
  const response = tableClass(file, method.response, layout);
  const read = (table: TableDef): string => file.sibling('codecs', `read_${values.snake(table)}`);

  const context = [
    'request_id: int = 0',
    'deadline_unix_ms: int = 0',
    'trace_id: str | None = None',
    'span_id: str | None = None',
  ];
  printFunction(
    file,
    names.buildRequest,
    [`builder: ${any}`, 'offset: int', '*', ...context],
    'bytes',
    () => {
      body.line(`"""Finish a builder with a call of ${method.name}; the request lies at the offset."""`);
      body.line(
        `return _finish_request(builder, ${method.code}, offset, request_id, deadline_unix_ms, trace_id, span_id)`,
      );
    },
  );
  printFunction(file, names.readRequest, ['payload: bytes'], `tuple[${request}, ${head}]`, () => {
    body.line(`"""Check all of an encoded call of ${method.name} and open it. Raises INVALID_PAYLOAD."""`);
    body.line(
      `head = _REQUEST.open(payload, ${pythonString(method.name)}, ${method.code}, ${read(method.request)})`,
    );
    body.line(`request = ${request}()\nrequest.Init(payload, head.payload)\nreturn request, head`);
  });
  printFunction(
    file,
    names.buildResponse,
    [`call: ${head}`, `builder: ${any}`, 'offset: int'],
    'bytes',
    () => {
      body.line(
        `"""Finish a builder with the answer to a call of ${method.name}; the response lies at the offset."""`,
      );
      body.line(`return _finish_response(builder, ${method.responseCode}, offset, call.request_id)`);
    },
  );
  printFunction(file, names.readResponse, ['payload: bytes'], response, () => {
    body.line(
      `"""Check all of the encoded answer to a call of ${method.name} and open it. Raises INVALID_PAYLOAD."""`,
    );
    body.line(`at = _RESPONSE.open(payload, ${method.responseCode}, ${read(method.response)})`);
    body.line(`response = ${response}()\nresponse.Init(payload, at)\nreturn response`);
  });
}

/** Imports a table's class, by a name that none of the generated functions has. */
export function tableClass(file: PythonFile, table: TableDef, layout: ClassLayout): string {
  const { name } = layout.of(table);
  file.from(layout.module([], table), `${name} as ${name}Table`);
  return `${name}Table`;
}

function printFinishers(file: PythonFile, { callRequest, callResponse }: Contract): void {
  const { body } = file;
  const any = file.from('typing', 'Any');
  const slot = (table: TableDef, field: string): number | undefined =>
    table.fields.find(({ name, deprecated }) => name === field && !deprecated)?.slot;
  const slots = (table: TableDef): number => Math.max(...table.fields.map((field) => field.slot)) + 1;
  printFunction(
    file,
    '_finish_request',
    [
      `builder: ${any}`,
      'code: int',
      'offset: int',
      'request_id: int',
      'deadline_unix_ms: int',
      'trace_id: str | None',
      'span_id: str | None',
    ],
    'bytes',
    () => {
      const texts = ['trace_id', 'span_id'].filter((field) => slot(callRequest, field) !== undefined);
      for (const text of texts)
        body.line(`${text}_at = 0 if ${text} is None else builder.CreateString(${text})`);
      body.line(`builder.StartObject(${slots(callRequest)})`);
      body.line(`builder.PrependUint64Slot(${slot(callRequest, 'request_id')}, request_id, 0)`);
      const deadline = slot(callRequest, 'deadline_unix_ms');
      if (deadline !== undefined) body.line(`builder.PrependInt64Slot(${deadline}, deadline_unix_ms, 0)`);
      for (const text of texts) {
        body.line(`builder.PrependUOffsetTRelativeSlot(${slot(callRequest, text)}, ${text}_at, 0)`);
      }
      printPayload(file, slot(callRequest, 'payload')!);
    },
  );
  printFunction(
    file,
    '_finish_response',
    [`builder: ${any}`, 'code: int', 'offset: int', 'request_id: int'],
    'bytes',
    () => {
      body.line(`builder.StartObject(${slots(callResponse)})`);
      body.line(`builder.PrependUint64Slot(${slot(callResponse, 'request_id')}, request_id, 0)`);
      printPayload(file, slot(callResponse, 'payload')!);
    },
  );
}

function printPayload({ body }: PythonFile, slot: number): void {
  body.line(`builder.PrependUint8Slot(${slot - 1}, code, 0)`);
  body.line(`builder.PrependUOffsetTRelativeSlot(${slot}, offset, 0)`);
  body.line('builder.Finish(builder.EndObject())');
  body.line('return bytes(builder.Output())');
}
