import { didYouMean } from '../diagnostics/nearest.ts';
import type { AttributeNode } from '../syntax/tree.ts';
import type { Context } from './context.ts';
import { parseInteger } from './numbers.ts';

/** What an attribute can stand on. */
export type AttributeOwner =
  | 'table'
  | 'struct'
  | 'enum'
  | 'union'
  | 'table field'
  | 'struct field'
  | 'rpc_service'
  | 'method';

interface BuiltIn {
  /** Undefined: anywhere; it concerns languages that we do not generate. */
  readonly on?: readonly AttributeOwner[];
  readonly value?: 'none' | 'integer' | 'string';
}

const fields: readonly AttributeOwner[] = ['table field', 'struct field'];
const records: readonly AttributeOwner[] = ['table', 'struct'];

const builtIns: ReadonlyMap<string, BuiltIn> = new Map<string, BuiltIn>([
  ['deprecated', { on: ['table field'] }],
  ['required', { on: ['table field'], value: 'none' }],
  ['key', { on: fields, value: 'none' }],
  ['id', { on: ['table field'], value: 'integer' }],
  ['force_align', { on: ['struct'], value: 'integer' }],
  ['bit_flags', { on: ['enum'], value: 'none' }],
  ['hash', { on: fields, value: 'string' }],
  ['shared', { on: ['table field'], value: 'none' }],
  ['nested_flatbuffer', { on: ['table field'], value: 'string' }],
  ['flexbuffer', { on: ['table field'], value: 'none' }],
  ['original_order', { on: records, value: 'none' }],
  ['streaming', { on: ['method'], value: 'string' }],
  ['idempotent', { on: ['method'], value: 'none' }],
  ['native_custom_alloc', { on: records }],
  ['native_inline', { on: fields }],
  ['private', {}],
  ['csharp_partial', {}],
  ['cpp_type', {}],
  ['cpp_ptr_type', {}],
  ['cpp_ptr_type_get', {}],
  ['cpp_str_type', {}],
  ['cpp_str_flex_ctor', {}],
  ['native_type', {}],
  ['native_type_pack_name', {}],
  ['native_default', {}],
]);

/** Checks the attributes of one thing: that they exist, may stand there, and have the value they need. */
export function checkAttributes(
  nodes: readonly AttributeNode[],
  owner: AttributeOwner,
  context: Context,
): Map<string, string | undefined> {
  const attributes = new Map<string, string | undefined>();
  for (const node of nodes) {
    const name = node.name.text;
    if (attributes.has(name)) {
      context.reporter.error(node.name.span, `the attribute \`${name}\` is given twice`);
      continue;
    }
    const builtIn = builtIns.get(name);
    if (builtIn !== undefined) checkBuiltIn(node, builtIn, owner, context);
    else if (!context.declaredAttributes.has(name)) reportUnknown(node, context);
    attributes.set(name, attributeValue(node, context));
  }
  return attributes;
}

/** The node of an attribute, for messages that point at it. */
export function attributeNode(nodes: readonly AttributeNode[], name: string): AttributeNode | undefined {
  return nodes.find((node) => node.name.text === name);
}

function checkBuiltIn(
  node: AttributeNode,
  builtIn: BuiltIn,
  owner: AttributeOwner,
  { reporter }: Context,
): void {
  const name = node.name.text;
  if (builtIn.on !== undefined && !builtIn.on.includes(owner)) {
    const places = builtIn.on.map(withArticle).join(' or ');
    reporter.error(node.name.span, `\`${name}\` cannot stand on ${withArticle(owner)}, only on ${places}`);
    return;
  }
  const given = node.value?.kind;
  if (builtIn.value === 'none' && given !== undefined) {
    reporter.error(node.value?.span ?? node.name.span, `\`${name}\` takes no value`);
  } else if ((builtIn.value === 'integer' || builtIn.value === 'string') && given !== builtIn.value) {
    const needed =
      builtIn.value === 'integer' ? `a whole number: \`${name}: 1\`` : `a string: \`${name}: "..."\``;
    reporter.error(node.value?.span ?? node.name.span, `\`${name}\` needs ${needed}`);
  }
}

function withArticle(owner: AttributeOwner): string {
  return owner === 'enum' || owner === 'rpc_service' ? `an ${owner}` : `a ${owner}`;
}

function reportUnknown(node: AttributeNode, { reporter, declaredAttributes }: Context): void {
  const name = node.name.text;
  const hint =
    didYouMean(name, [...builtIns.keys(), ...declaredAttributes]) ??
    `declare it before its first use: \`attribute "${name}";\``;
  reporter.error(node.name.span, `there is no attribute \`${name}\``, hint);
}

function attributeValue({ name, value }: AttributeNode, { reporter }: Context): string | undefined {
  if (value === undefined) return undefined;
  if (value.kind === 'string') return value.value;
  if (value.kind !== 'integer') {
    const message = `the value of the attribute \`${name.text}\` must be a string or a whole number`;
    const hint = value.kind === 'name' ? `put it in quotes: "${value.text}"` : undefined;
    reporter.error(value.span, message, hint);
    return undefined;
  }
  const number = parseInteger(value.text);
  if (number !== undefined && BigInt.asIntN(32, number) === number) return String(number);
  reporter.error(value.span, `the value of the attribute \`${name.text}\` does not fit 32 bits`);
  return undefined;
}
