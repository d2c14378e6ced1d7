/** Methods declared by two unions: `EchoRequest` in the one is answered by `EchoResponse` in the other. */

import type { TableSymbol, TypeSymbol, UnionSymbol } from '../check/symbols.ts';
import { didYouMean } from '../diagnostics/nearest.ts';
import type { Reporter } from '../diagnostics/reporter.ts';
import { placeOf, type Span } from '../diagnostics/source-file.ts';
import type { Contract, Method, UnionDef, UnionMember } from '../model.ts';
import { checkEnvelope } from './envelope.ts';
import { reportTwins } from './method-names.ts';

export interface UnionStyleInput {
  readonly callRequest: TableSymbol;
  readonly callResponse: TableSymbol;
  /** The symbols of all unions, to point at their members. */
  readonly symbols: readonly TypeSymbol[];
  readonly reporter: Reporter;
}

/** The contract of a schema in the unions style; undefined where it has none, which has been reported. */
export function contractFromUnions(input: UnionStyleInput): Contract | undefined {
  const { callRequest, callResponse, reporter } = input;
  const requestPayload = checkEnvelope(callRequest, 'request', reporter);
  const responsePayload = checkEnvelope(callResponse, 'response', reporter);
  if (requestPayload === undefined || responsePayload === undefined) return undefined;
  const { namespace } = callRequest.definition;
  const methods = pairMembers(requestPayload, responsePayload, input);
  return {
    style: 'unions',
    name: namespace.at(-1) ?? '',
    namespace,
    doc: requestPayload.doc,
    methods,
    callRequest: callRequest.definition,
    callResponse: callResponse.definition,
    requestPayload,
    responsePayload,
  };
}

function pairMembers(
  requests: UnionDef,
  responses: UnionDef,
  { symbols, reporter }: UnionStyleInput,
): Method[] {
  const methods: Method[] = [];
  const named: { name: string; span: Span }[] = [];
  const spanOf = (union: UnionDef, member: UnionMember) => memberSpan(symbols, union, member);
  for (const member of requests.members) {
    const span = spanOf(requests, member);
    const name = methodName(member, 'Request', requests, span, reporter);
    if (name === undefined) continue;
    named.push({ name, span });
    const answer = responses.members.find((candidate) => candidate.name === `${name}Response`);
    if (answer === undefined) {
      if (mayHave(responses, `${name}Response`, symbols)) continue;
      const names = responses.members.map((candidate) => candidate.name);
      const hint = `add the member \`${name}Response\` to \`${responses.name}\``;
      const near = didYouMean(`${name}Response`, names);
      const message = `the method \`${name}\` has no answer: \`${responses.name}\` has no member \`${name}Response\``;
      reporter.error(span, message, near ?? hint);
      continue;
    }
    const answerSpan = spanOf(responses, answer);
    const request = messageTable(member, span, reporter);
    const response = messageTable(answer, answerSpan, reporter);
    if (request === undefined || response === undefined) continue;
    methods.push({
      name,
      code: member.code,
      responseCode: answer.code,
      request,
      response,
      streaming: 'none',
      idempotent: false,
      doc: member.doc.length > 0 ? member.doc : request.doc,
      place: placeOf(span),
    });
  }
  reportTwins(named, reporter);
  for (const member of responses.members) {
    const span = spanOf(responses, member);
    const name = methodName(member, 'Response', responses, span, reporter);
    if (name === undefined || mayHave(requests, `${name}Request`, symbols)) continue;
    const message = `\`${member.name}\` answers no method: \`${requests.name}\` has no member \`${name}Request\``;
    reporter.error(span, message, `add \`${name}Request\` to \`${requests.name}\`, or take this out`);
  }
  return methods;
}

function methodName(
  { name }: UnionMember,
  suffix: 'Request' | 'Response',
  union: UnionDef,
  span: Span,
  reporter: Reporter,
): string | undefined {
  if (name.endsWith(suffix) && name.length > suffix.length) return name.slice(0, -suffix.length);
  const message = `the member \`${name}\` of \`${union.name}\` names no method: its name must be one with \`${suffix}\` after it`;
  reporter.error(
    span,
    message,
    `\`Echo${suffix}\` is of the method \`Echo\`; an alias will do: \`Echo${suffix}: ${name}\``,
  );
  return undefined;
}

function messageTable(member: UnionMember, span: Span, reporter: Reporter) {
  if (member.type.kind === 'table') return member.type.table;
  const message = `a method takes and gives tables, and \`${member.name}\` is a ${member.type.kind}`;
  reporter.error(span, message, 'put it into a table');
  return undefined;
}

/** Whether a union has a member, or has one that is wrong in itself, which has been reported. */
function mayHave(union: UnionDef, member: string, symbols: readonly TypeSymbol[]): boolean {
  const { node } = symbolOf(union, symbols);
  return node.damaged || node.members.some(({ name }) => name.text === member);
}

function memberSpan(symbols: readonly TypeSymbol[], union: UnionDef, member: UnionMember): Span {
  const { node } = symbolOf(union, symbols);
  return node.members.find(({ name }) => name.text === member.name)?.name.span ?? node.name.span;
}

function symbolOf(union: UnionDef, symbols: readonly TypeSymbol[]): UnionSymbol {
  const isOfUnion = (symbol: TypeSymbol): symbol is UnionSymbol => symbol.definition === union;
  const symbol = symbols.find(isOfUnion);
  if (symbol === undefined) throw new RangeError(`the union ${union.name} is not of this schema`);
  return symbol;
}
