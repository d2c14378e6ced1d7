import { placeOf } from '../diagnostics/source-file.ts';
import type { StructDef, StructField } from '../model.ts';
import type { FieldNode, StructNode } from '../syntax/tree.ts';
import { attributeNode, checkAttributes } from './attributes.ts';
import type { Context } from './context.ts';
import { checkFieldName, checkHash, checkKeys, hasZero, needsZero } from './fields.ts';
import { parseInteger } from './numbers.ts';
import { sizeOfScalar } from './scalars.ts';
import type { Draft, Scope, StructSymbol } from './symbols.ts';
import { reportUseBeforeDefinition, structFieldType } from './types.ts';

/** A field's offset in its struct, and in the table that holds the struct, is 16 bits on the wire. */
const MAX_STRUCT_BYTES = 65535;
const MAX_ALIGNMENT = 32;

/** Fills in a struct: its fields with their offsets, its size and alignment. */
export function checkStruct(symbol: StructSymbol, scope: Scope, context: Context): void {
  const { node, definition } = symbol;
  const { reporter } = context;
  definition.attributes = checkAttributes(node.attributes, 'struct', context);
  const names = new Set<string>();
  let end = 0;
  for (const field of node.fields) {
    checkFieldName(field, names, node.name.text, scope, context);
    const attributes = checkAttributes(field.attributes, 'struct field', context);
    rejectDefault(field, context);
    const type = structFieldType(field.type, scope, context);
    if (type === undefined || !isLaidOut(type, field, symbol, scope, context)) continue;
    if (type.kind === 'enum' && !hasZero(type.enum)) reporter.error(...needsZero(field, type.enum));
    checkHash(field, type, attributes, context);
    const [size, alignment] = sizeAndAlignment(type);
    const offset = alignUp(end, alignment);
    end = offset + size;
    definition.alignment = Math.max(definition.alignment, alignment);
    const { name, doc } = field;
    definition.fields.push({ name: name.text, type, offset, doc, attributes, place: placeOf(name.span) });
  }
  checkKeys(node, definition.fields, context);
  definition.alignment = Math.max(definition.alignment, forcedAlignment(node, definition, context));
  definition.size = alignUp(end, definition.alignment);
  if (node.fields.length === 0 && !node.damaged) {
    reporter.error(node.name.span, `the struct \`${node.name.text}\` has no fields`);
  }
  if (definition.size > MAX_STRUCT_BYTES) {
    reporter.error(
      node.name.span,
      `the struct \`${node.name.text}\` takes ${definition.size} bytes: the most is ${MAX_STRUCT_BYTES}`,
      'use a table with a vector',
    );
  }
}

function rejectDefault({ default: value }: FieldNode, { reporter }: Context): void {
  if (value === undefined) return;
  reporter.error(value.span, 'a field of a struct cannot have a default', 'structs are always written whole');
}

/** The sizes of structs inside structs must be known: they come first, and not within themselves. */
function isLaidOut(
  type: StructField['type'],
  field: FieldNode,
  symbol: StructSymbol,
  scope: Scope,
  context: Context,
): boolean {
  const element = type.kind === 'array' ? type.element : type;
  if (element.kind !== 'struct') return true;
  if (element.struct === symbol.definition) {
    const message = `the struct \`${symbol.node.name.text}\` cannot hold itself`;
    context.reporter.error(field.type.span, message, 'make it a table: tables can refer to themselves');
    return false;
  }
  const path = field.type.kind === 'named' ? field.type.path : field.type.element;
  const inner = context.symbols.find(path.text, scope.namespace);
  if (inner === undefined || inner.order < scope.order) return true;
  reportUseBeforeDefinition(inner, path, context);
  return false;
}

function sizeAndAlignment(type: StructField['type']): readonly [size: number, alignment: number] {
  switch (type.kind) {
    case 'scalar':
      return [sizeOfScalar(type.scalar), sizeOfScalar(type.scalar)];
    case 'enum':
      return [sizeOfScalar(type.enum.underlying), sizeOfScalar(type.enum.underlying)];
    case 'struct':
      return [type.struct.size, type.struct.alignment];
    case 'array': {
      const [size, alignment] = sizeAndAlignment(type.element);
      return [size * type.length, alignment];
    }
  }
}

function alignUp(offset: number, alignment: number): number {
  return Math.ceil(offset / alignment) * alignment;
}

function forcedAlignment(node: StructNode, { alignment }: Draft<StructDef>, { reporter }: Context): number {
  const attribute = attributeNode(node.attributes, 'force_align');
  if (attribute?.value?.kind !== 'integer') return alignment;
  const forced = Number(parseInteger(attribute.value.text));
  const isPowerOfTwo = forced > 0 && (forced & (forced - 1)) === 0;
  if (isPowerOfTwo && forced >= alignment && forced <= MAX_ALIGNMENT) return forced;
  reporter.error(
    attribute.value.span,
    `\`force_align\` of \`${node.name.text}\` must be a power of two from ${alignment} to ${MAX_ALIGNMENT}`,
  );
  return alignment;
}
