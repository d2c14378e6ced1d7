import { didYouMean } from '../diagnostics/nearest.ts';
import type { Span } from '../diagnostics/source-file.ts';
import type { Streaming, TableDef } from '../model.ts';
import type { MethodNode, Path, ServiceNode } from '../syntax/tree.ts';
import { attributeNode, checkAttributes } from './attributes.ts';
import type { Context } from './context.ts';
import type { Scope } from './symbols.ts';
import { elementType } from './types.ts';

/** An `rpc_service` that has been checked. */
export interface Service {
  readonly name: string;
  readonly namespace: readonly string[];
  readonly doc: readonly string[];
  readonly span: Span;
  readonly methods: readonly ServiceMethod[];
}

export interface ServiceMethod {
  readonly name: string;
  readonly span: Span;
  readonly request: TableDef;
  readonly response: TableDef;
  readonly streaming: Streaming;
  readonly idempotent: boolean;
  readonly doc: readonly string[];
}

const streamings: ReadonlyMap<string, Streaming> = new Map([
  ['none', 'none'],
  ['client', 'client'],
  ['server', 'server'],
  ['bidi', 'both'],
  ['both', 'both'],
]);

export function checkService(node: ServiceNode, scope: Scope, context: Context): Service {
  const { reporter } = context;
  checkAttributes(node.attributes, 'rpc_service', context);
  if (node.methods.length === 0 && !node.damaged) {
    reporter.error(node.name.span, `the rpc_service \`${node.name.text}\` has no methods`);
  }
  const names = new Set<string>();
  const methods: ServiceMethod[] = [];
  for (const methodNode of node.methods) {
    const { text, span } = methodNode.name;
    const isNew = !names.has(text);
    if (!isNew) reporter.error(span, `the method \`${text}\` is already in \`${node.name.text}\``);
    names.add(text);
    const method = checkMethod(methodNode, scope, context);
    if (isNew && method !== undefined) methods.push(method);
  }
  return { name: node.name.text, namespace: scope.namespace, doc: node.doc, span: node.name.span, methods };
}

function checkMethod(node: MethodNode, scope: Scope, context: Context): ServiceMethod | undefined {
  const attributes = checkAttributes(node.attributes, 'method', context);
  const request = messageTable(node.request, scope, context);
  const response = messageTable(node.response, scope, context);
  const streaming = streamingOf(node, attributes.get('streaming'), context);
  if (request === undefined || response === undefined) return undefined;
  return {
    name: node.name.text,
    span: node.name.span,
    request,
    response,
    streaming,
    idempotent: attributes.has('idempotent'),
    doc: node.doc,
  };
}

function messageTable(path: Path, scope: Scope, context: Context): TableDef | undefined {
  const type = elementType(path, scope, context);
  if (type === undefined || type.kind === 'table') return type?.table;
  const shown = type.kind === 'string' ? 'a string' : `the ${type.kind} \`${path.text}\``;
  const hint = 'put it into a table';
  context.reporter.error(path.span, `a method takes and gives tables, and this is ${shown}`, hint);
  return undefined;
}

function streamingOf(
  { attributes }: MethodNode,
  value: string | undefined,
  { reporter }: Context,
): Streaming {
  const node = attributeNode(attributes, 'streaming');
  if (node === undefined || value === undefined) return 'none';
  const streaming = streamings.get(value);
  if (streaming !== undefined) return streaming;
  const hint = didYouMean(value, streamings.keys()) ?? `one of ${[...streamings.keys()].join(', ')}`;
  reporter.error(node.value?.span ?? node.name.span, `there is no streaming \`${value}\``, hint);
  return 'none';
}
