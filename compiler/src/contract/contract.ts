/** From the definitions of a schema to what it declares to call. */

import type { Service } from '../check/services.ts';
import { qualify, type TableSymbol, type TypeSymbol } from '../check/symbols.ts';
import type { Reporter } from '../diagnostics/reporter.ts';
import type { Span } from '../diagnostics/source-file.ts';
import type { Contract } from '../model.ts';
import { contractFromUnions } from './from-unions.ts';
import { reportTwins } from './method-names.ts';
import { synthesize } from './synthesize.ts';

/** The names of the envelope, and what each is. */
const envelope = {
  CallRequest: 'table',
  CallResponse: 'table',
  RequestPayload: 'union',
  ResponsePayload: 'union',
} as const;
type EnvelopeName = keyof typeof envelope;
const envelopeNames = Object.keys(envelope) as EnvelopeName[];

const MAX_METHODS = 255;

export interface ContractInput {
  readonly services: readonly Service[];
  readonly types: readonly TypeSymbol[];
  readonly rootType: { readonly symbol: TableSymbol; readonly span: Span } | undefined;
  /** Of the first `include` in the root file. */
  readonly include: Span | undefined;
  readonly reporter: Reporter;
}

/** Undefined where the schema declares no methods, and where it does so wrongly, which has been reported. */
export function findContract(input: ContractInput): Contract | undefined {
  const [service, ...others] = input.services;
  const parts = envelopeOf(input);
  for (const other of others) {
    const message = `a schema has one rpc_service, and \`${other.name}\` comes after \`${service?.name}\``;
    input.reporter.error(other.span, message, 'put their methods into one, or keep them in two schemas');
  }
  if (service !== undefined) return fromService(service, parts, input);
  return parts === undefined ? undefined : fromUnions(parts, input);
}

function fromService(service: Service, parts: Parts | undefined, input: ContractInput): Contract | undefined {
  const { reporter, types } = input;
  for (const name of envelopeNames) {
    const qualified = qualify(service.namespace, name);
    const clash = types.find((symbol) => symbol.qualified === qualified) ?? parts?.[name];
    if (clash === undefined) continue;
    reporter.error(
      clash.node.name.span,
      `\`${clash.qualified}\` cannot be defined beside the rpc_service \`${service.name}\`, which supplies its own \`${name}\``,
      'declare the methods in one way: keep the rpc_service and remove this, or the other way round',
    );
  }
  reportTwins(service.methods, reporter);
  const contract = synthesize(service);
  return checkNames(contract, service.span, input) ? contract : undefined;
}

type Parts = Partial<Record<EnvelopeName, TypeSymbol>>;

/** The envelope's definitions, where there are enough of them to tell that one is meant. */
function envelopeOf({ types, rootType }: ContractInput): Parts | undefined {
  const root = rootType?.symbol;
  const rootIsEnvelope = root?.node.name.text === 'CallRequest';
  const byNamespace = new Map<string, Parts>();
  for (const symbol of types) {
    const name = envelopeNames.find((candidate) => candidate === symbol.node.name.text);
    if (name === undefined || symbol.kind !== envelope[name]) continue;
    const namespace = symbol.definition.namespace.join('.');
    const parts = byNamespace.get(namespace) ?? {};
    parts[name] = symbol;
    byNamespace.set(namespace, parts);
  }
  if (rootIsEnvelope) return byNamespace.get(root.definition.namespace.join('.'));
  return [...byNamespace.values()].find((parts) => Object.keys(parts).length >= 2);
}

function fromUnions(parts: Parts, input: ContractInput): Contract | undefined {
  const { reporter, rootType, types } = input;
  const callRequest = asTable(parts.CallRequest);
  const callResponse = asTable(parts.CallResponse);
  const known = Object.values(parts)[0];
  if (known === undefined) return undefined;
  const anchor = (callRequest ?? callResponse ?? known).node.name.span;
  if (callRequest === undefined) {
    const hint = 'write `table CallRequest { request_id: uint64; payload: RequestPayload; }`';
    reporter.error(anchor, 'the table `CallRequest`, which carries the calls, is missing', hint);
  } else if (rootType?.symbol.definition !== callRequest.definition) {
    const span = rootType?.span ?? callRequest.node.name.span;
    const message = rootType === undefined ? 'there is no root_type' : 'the root_type is not `CallRequest`';
    reporter.error(span, message, 'the calls are the messages: write `root_type CallRequest;`');
  }
  if (callResponse === undefined) {
    const hint =
      'write `table CallResponse { request_id: uint64; payload: ResponsePayload; }` beside `CallRequest`';
    reporter.error(anchor, 'the table `CallResponse`, which carries the answers, is missing', hint);
  }
  if (callRequest === undefined || callResponse === undefined) return undefined;
  const contract = contractFromUnions({ callRequest, callResponse, symbols: types, reporter });
  return contract !== undefined && checkNames(contract, callRequest.node.name.span, input)
    ? contract
    : undefined;
}

function asTable(symbol: TypeSymbol | undefined): TableSymbol | undefined {
  return symbol?.kind === 'table' ? symbol : undefined;
}

/** What holds for the methods of both styles. */
function checkNames(contract: Contract, span: Span, { reporter, include }: ContractInput): boolean {
  const before = reporter.errorCount;
  if (contract.namespace.length === 0) {
    const hint =
      'write `namespace my_plugin;` before the first declaration: packages and folders are named after it';
    reporter.error(span, 'a schema with methods needs a namespace', hint);
  }
  if (contract.methods.length > MAX_METHODS) {
    const message = `${contract.methods.length} methods: the most is ${MAX_METHODS}`;
    reporter.error(span, message, 'a type code is one byte');
  }
  if (include !== undefined) {
    const hint = 'peers with different included files would take each other for equal';
    reporter.warning(
      include,
      'the contract hash covers this file alone: a change in what it includes does not show',
      hint,
    );
  }
  return reporter.errorCount === before;
}
