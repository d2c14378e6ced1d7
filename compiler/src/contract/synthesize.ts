/** The envelope that the compiler supplies where the schema declares its methods as a service. */

import type { Service } from '../check/services.ts';
import { placeOf } from '../diagnostics/source-file.ts';
import type { Contract, Definition, Method, TableDef, TableField, Type, UnionDef } from '../model.ts';

/** The contract of a service: the tables and unions of section "unions", laid out the same. */
export function synthesize(service: Service): Contract {
  const requestPayload = payloadUnion('RequestPayload', 'Request', service);
  const responsePayload = payloadUnion('ResponsePayload', 'Response', service);
  const callRequest = table('CallRequest', service, [
    field('request_id', { kind: 'scalar', scalar: 'uint64' }, 0, service),
    field('deadline_unix_ms', { kind: 'scalar', scalar: 'int64' }, 1, service),
    field('trace_id', { kind: 'string' }, 2, service),
    field('span_id', { kind: 'string' }, 3, service),
    field('payload', { kind: 'union', union: requestPayload }, 5, service),
  ]);
  const callResponse = table('CallResponse', service, [
    field('request_id', { kind: 'scalar', scalar: 'uint64' }, 0, service),
    field('payload', { kind: 'union', union: responsePayload }, 2, service),
  ]);
  const methods = service.methods.map(
    ({ name, request, response, streaming, idempotent, doc, span }, index): Method => ({
      name,
      code: index + 1,
      responseCode: index + 1,
      request,
      response,
      streaming,
      idempotent,
      doc,
      place: placeOf(span),
    }),
  );
  const { name, namespace, doc } = service;
  return {
    style: 'service',
    name,
    namespace,
    doc,
    methods,
    callRequest,
    callResponse,
    requestPayload,
    responsePayload,
  };
}

function definition(name: string, { namespace, span }: Service): Definition {
  return { name, namespace, doc: [], attributes: new Map(), place: placeOf(span) };
}

function table(name: string, service: Service, fields: readonly TableField[]): TableDef {
  return { ...definition(name, service), kind: 'table', fields, synthetic: true };
}

function field(
  name: string,
  type: Extract<Type, { kind: 'scalar' | 'string' | 'union' }>,
  slot: number,
  { span }: Service,
): TableField {
  return {
    name,
    type,
    slot,
    default: type.kind === 'scalar' ? { kind: 'value', value: 0n } : { kind: 'absent' },
    required: false,
    deprecated: false,
    doc: [],
    attributes: new Map(),
    place: placeOf(span),
  };
}

/** Members are named after their methods: the same table may serve several. */
function payloadUnion(name: string, suffix: 'Request' | 'Response', service: Service): UnionDef {
  const members = service.methods.map((method, index) => ({
    name: `${method.name}${suffix}`,
    code: index + 1,
    type: { kind: 'table', table: suffix === 'Request' ? method.request : method.response } as const,
    doc: method.doc,
  }));
  return { ...definition(name, service), kind: 'union', members, synthetic: true };
}
