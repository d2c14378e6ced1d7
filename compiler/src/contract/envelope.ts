/** The tables that carry calls in the unions style: which fields they may have. */

import type { TableSymbol } from '../check/symbols.ts';
import { nearestName } from '../diagnostics/nearest.ts';
import type { Reporter } from '../diagnostics/reporter.ts';
import type { Span } from '../diagnostics/source-file.ts';
import type { TableField, UnionDef } from '../model.ts';

type Wanted = 'uint64' | 'int64' | 'string' | 'union';

interface EnvelopeField {
  readonly name: string;
  readonly type: Wanted;
  readonly optional: boolean;
}

const requestFields: readonly EnvelopeField[] = [
  { name: 'request_id', type: 'uint64', optional: false },
  { name: 'deadline_unix_ms', type: 'int64', optional: true },
  { name: 'trace_id', type: 'string', optional: true },
  { name: 'span_id', type: 'string', optional: true },
  { name: 'payload', type: 'union', optional: false },
];

const responseFields: readonly EnvelopeField[] = [
  { name: 'request_id', type: 'uint64', optional: false },
  { name: 'payload', type: 'union', optional: false },
];

/** The union that a `CallRequest` or `CallResponse` carries; undefined where there is none, which has been reported. */
export function checkEnvelope(
  symbol: TableSymbol,
  role: 'request' | 'response',
  reporter: Reporter,
): UnionDef | undefined {
  const wanted = role === 'request' ? requestFields : responseFields;
  const { node, definition } = symbol;
  const name = node.name.text;
  const known = new Map(wanted.map((field) => [field.name, field]));
  const present = new Set(node.fields.map((field) => field.name.text));
  for (const field of wanted) {
    if (field.optional || present.has(field.name) || node.damaged) continue;
    const near = nearestName(field.name, present);
    const instead = near === undefined || known.has(near) ? '' : ` (is \`${near}\` meant to be it?)`;
    reporter.error(
      node.name.span,
      `\`${name}\` has no field \`${field.name}\``,
      `${exampleOf(field, role)}${instead}`,
    );
  }
  for (const field of definition.fields) {
    const expected = known.get(field.name);
    const span =
      node.fields.find((candidate) => candidate.name.text === field.name)?.name.span ?? node.name.span;
    if (expected === undefined) checkExtra(field, name, span, reporter);
    else checkKnown(field, expected, role, name, span, reporter);
  }
  const payload = definition.fields.find((field) => field.name === 'payload')?.type;
  return payload?.kind === 'union' ? payload.union : undefined;
}

function checkKnown(
  field: TableField,
  expected: EnvelopeField,
  role: 'request' | 'response',
  table: string,
  span: Span,
  reporter: Reporter,
): void {
  const found = field.type.kind === 'scalar' ? field.type.scalar : field.type.kind;
  const shown = `\`${table}.${field.name}\``;
  if (found !== expected.type) {
    const article = expected.type === 'union' || expected.type === 'string' ? 'a ' : '';
    const type = article === '' ? `\`${expected.type}\`` : expected.type;
    reporter.error(span, `${shown} must be ${article}${type}`, exampleOf(expected, role));
    return;
  }
  const isZero =
    field.default.kind === 'absent' || (field.default.kind === 'value' && field.default.value === 0n);
  const isOptionalScalar = field.type.kind === 'scalar' && field.default.kind === 'absent';
  if (!isZero || isOptionalScalar) {
    reporter.error(span, `${shown} cannot have a default of its own`, exampleOf(expected, role));
  }
  if (field.deprecated) {
    const hint = expected.optional ? 'take the field out if nobody reads it' : 'every call needs it';
    reporter.error(span, `${shown} cannot be \`deprecated\``, hint);
  }
  if (field.required && field.type.kind === 'string') {
    const hint = 'a call without a trace does not have it';
    reporter.error(span, `${shown} cannot be \`required\``, hint);
  }
}

/** A field that pluginart does not know: it stays as the builder leaves it. */
function checkExtra(field: TableField, table: string, span: Span, reporter: Reporter): void {
  const shown = `\`${table}.${field.name}\``;
  if (field.required) {
    const hint = 'move it into the tables of the methods';
    reporter.error(span, `${shown} is \`required\`, and pluginart has no value to put there`, hint);
  } else if (!field.deprecated) {
    reporter.warning(span, `${shown} is not filled in by generated clients and services`);
  }
}

function exampleOf({ name, type }: EnvelopeField, role: 'request' | 'response'): string {
  const shown = type === 'union' ? (role === 'request' ? 'RequestPayload' : 'ResponsePayload') : type;
  return `write \`${name}: ${shown};\``;
}
