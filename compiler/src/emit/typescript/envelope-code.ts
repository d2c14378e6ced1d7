import type { Contract, TableDef } from '../../model.ts';
import type { SourceFile } from './source-file.ts';

/** Prints the constant `callRequest`, which writes and reads the envelope of requests. */
export function printRequestEnvelope(file: SourceFile, { callRequest }: Contract): void {
  const slots = [
    ['requestId', slotOf(callRequest, 'request_id')],
    ['deadlineUnixMs', slotOf(callRequest, 'deadline_unix_ms')],
    ['traceId', slotOf(callRequest, 'trace_id')],
    ['spanId', slotOf(callRequest, 'span_id')],
    ['payload', slotOf(callRequest, 'payload')],
  ] as const;
  printEnvelope(file, 'callRequest', file.codec('CallRequestEnvelope'), slots);
}

/** Prints the constant `callResponse`, which writes and reads the envelope of answers. */
export function printResponseEnvelope(file: SourceFile, { callResponse }: Contract): void {
  const slots = [
    ['requestId', slotOf(callResponse, 'request_id')],
    ['payload', slotOf(callResponse, 'payload')],
  ] as const;
  printEnvelope(file, 'callResponse', file.codec('CallResponseEnvelope'), slots);
}

function printEnvelope(
  { body }: SourceFile,
  name: string,
  className: string,
  slots: readonly (readonly [key: string, slot: number | undefined])[],
): void {
  const entries = slots.flatMap(([key, slot]) => (slot === undefined ? [] : [`${key}: ${slot}`]));
  body.list(`const ${name} = new ${className}({`, entries, '});', { padded: true });
}

function slotOf(table: TableDef, field: string): number | undefined {
  return table.fields.find(({ name, deprecated }) => name === field && !deprecated)?.slot;
}
