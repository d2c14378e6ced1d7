import type { Contract, TableDef } from '../../model.ts';
import type { PythonFile } from './source-file.ts';

/** Prints the constants `_REQUEST` and `_RESPONSE`, which write and read the envelopes of a contract's calls. */
export function printEnvelopes(file: PythonFile, { callRequest, callResponse }: Contract): void {
  file.constants(false);
  printEnvelope(file, '_REQUEST', 'CallRequestEnvelope', callRequest, [
    'request_id',
    'deadline_unix_ms',
    'trace_id',
    'span_id',
    'payload',
  ]);
  printEnvelope(file, '_RESPONSE', 'CallResponseEnvelope', callResponse, ['request_id', 'payload']);
}

function printEnvelope(
  file: PythonFile,
  name: string,
  type: string,
  table: TableDef,
  fields: readonly string[],
): void {
  const slots = fields.flatMap((field) => {
    const slot = table.fields.find((each) => each.name === field && !each.deprecated)?.slot;
    return slot === undefined ? [] : [`${field}=${slot}`];
  });
  file.body.list(`${name} = ${file.codec(type)}(`, slots, ')');
}
