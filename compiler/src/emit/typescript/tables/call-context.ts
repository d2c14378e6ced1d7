import type { Contract } from '../../../model.ts';
import { printBlockDoc } from '../../../printer/index.ts';
import type { SourceFile } from '../source-file.ts';

/** A field of `CallRequest` that a schema may leave out. */
export interface ContextField {
  /** In the schema. */
  readonly field: string;
  /** In `EnvelopeContext`, and in the codec's `CallHead`. */
  readonly name: string;
  readonly isText: boolean;
  readonly doc: readonly string[];
}

const optionalFields: readonly ContextField[] = [
  {
    field: 'deadline_unix_ms',
    name: 'deadlineUnixMs',
    isText: false,
    doc: ['Wall clock, milliseconds since 1970; 0 = no deadline.'],
  },
  { field: 'trace_id', name: 'traceId', isText: true, doc: [] },
  { field: 'span_id', name: 'spanId', isText: true, doc: [] },
];

/** Those of the optional fields that this schema has. */
export function contextFields({ callRequest }: Contract): readonly ContextField[] {
  const present = new Set(callRequest.fields.map(({ name }) => name));
  return optionalFields.filter(({ field }) => present.has(field));
}

/** Prints the interfaces `EnvelopeContext` and `DecodedCall`. */
export function printContext({ body }: SourceFile, fields: readonly ContextField[]): void {
  body.line('/** What travels with a request. */');
  body.block('export interface EnvelopeContext {', () => {
    body.line('/** The answer carries it, too. */');
    body.line('readonly requestId: bigint;');
    for (const { name, isText, doc } of fields) {
      printBlockDoc(body, doc);
      body.line(`readonly ${name}: ${isText ? 'string | undefined' : 'number'};`);
    }
  });
  body.blank();
  body.line('/** A call that was read; `call` goes into the building of its answer. */');
  body.block('export interface DecodedCall<Request> {', () => {
    body.line('readonly request: Request;\nreadonly call: EnvelopeContext;');
  });
}

/** Prints `contextOf`, which makes one from the head of a call that was read. */
export function printContextOf(file: SourceFile, fields: readonly ContextField[]): void {
  const { body } = file;
  body.block(`function contextOf(head: ${file.codecType('CallHead')}): EnvelopeContext {`, () => {
    body.line('const requestId = (BigInt(head.requestIdHigh) << 32n) | BigInt(head.requestIdLow);');
    const values = fields.map(({ name }) => `${name}: head.${name}`);
    body.list('return {', ['requestId', ...values], '};', { padded: true });
  });
}
