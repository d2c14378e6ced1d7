import { placeOf } from '../diagnostics/source-file.ts';
import type { FieldDefault, TableField } from '../model.ts';
import type { FieldNode, TableNode } from '../syntax/tree.ts';
import { attributeNode, checkAttributes } from './attributes.ts';
import type { Context } from './context.ts';
import { impliedDefault, statedDefault } from './defaults.ts';
import { checkFieldName, checkHash, checkKeys, hasZero, needsZero } from './fields.ts';
import { assignSlots, takesTwoSlots, type Unslotted } from './slots.ts';
import type { Scope, TableSymbol } from './symbols.ts';
import { tableFieldType } from './types.ts';

interface Checked extends Unslotted {
  readonly field: Omit<TableField, 'slot'>;
}

/** Fills in a table: its fields by slot. */
export function checkTable({ node, definition }: TableSymbol, scope: Scope, context: Context): void {
  definition.attributes = checkAttributes(node.attributes, 'table', context);
  const names = new Set<string>();
  const checked: Checked[] = [];
  for (const fieldNode of node.fields) {
    checkFieldName(fieldNode, names, node.name.text, scope, context);
    const field = checkField(fieldNode, scope, context);
    if (field !== undefined) checked.push({ node: fieldNode, type: field.type, field });
  }
  checkClashes(node, checked, context);
  // With a field missing, ids and positions would only mislead.
  const complete = !node.damaged && checked.length === node.fields.length;
  const slots = complete ? assignSlots(node, checked, context) : undefined;
  definition.fields = checked
    .map(({ field }, index) => ({ ...field, slot: slots?.[index] ?? index }))
    .sort((a, b) => a.slot - b.slot);
  checkKeys(node, definition.fields, context);
}

function checkField(node: FieldNode, scope: Scope, context: Context): Omit<TableField, 'slot'> | undefined {
  const attributes = checkAttributes(node.attributes, 'table field', context);
  const type = tableFieldType(node.type, scope, context);
  if (type === undefined) return undefined;
  const value = fieldDefault(node, type, scope, context);
  checkHash(node, type, attributes, context);
  checkPresence(node, type, value, context);
  checkBytes(node, type, scope, context);
  const isKey = attributes.has('key');
  return {
    name: node.name.text,
    type,
    default: value,
    // flatc takes string keys for required: without one a vector could not be sorted.
    required: attributes.has('required') || (isKey && type.kind === 'string'),
    deprecated: attributes.has('deprecated'),
    doc: node.doc,
    attributes,
    place: placeOf(node.name.span),
  };
}

function fieldDefault(
  node: FieldNode,
  type: TableField['type'],
  scope: Scope,
  context: Context,
): FieldDefault {
  const implied = impliedDefault(type);
  if (node.default !== undefined) return statedDefault(node.default, type, scope, context) ?? implied;
  if (type.kind === 'enum' && !hasZero(type.enum)) context.reporter.error(...needsZero(node, type.enum));
  return implied;
}

function checkPresence(
  node: FieldNode,
  type: TableField['type'],
  value: FieldDefault,
  { reporter }: Context,
): void {
  const name = node.name.text;
  const required = attributeNode(node.attributes, 'required')?.name.span;
  const key = attributeNode(node.attributes, 'key')?.name.span;
  const deprecated = attributeNode(node.attributes, 'deprecated')?.name.span;
  const isScalar = type.kind === 'scalar' || type.kind === 'enum';
  if (required !== undefined && isScalar) {
    const hint = 'a scalar always has a value; `= null` tells one that was not set from zero';
    reporter.error(required, `\`${name}\` is a scalar, which cannot be \`required\``, hint);
  }
  if (required !== undefined && deprecated !== undefined) {
    reporter.error(
      required,
      `\`${name}\` cannot be \`required\` and \`deprecated\``,
      'a deprecated field is never written',
    );
  }
  if (key !== undefined && isScalar && value.kind === 'absent') {
    reporter.error(key, `\`${name}\` is a key, which cannot be \`= null\``);
  }
  const shared = attributeNode(node.attributes, 'shared')?.name.span;
  if (shared !== undefined && type.kind !== 'string') reporter.error(shared, '`shared` is for strings only');
}

/** Vectors of bytes that hold a message of their own. */
function checkBytes(node: FieldNode, type: TableField['type'], scope: Scope, context: Context): void {
  for (const name of ['nested_flatbuffer', 'flexbuffer']) {
    const attribute = attributeNode(node.attributes, name);
    if (attribute === undefined) continue;
    const { span } = attribute.name;
    const { reporter, symbols } = context;
    const isBytes =
      type.kind === 'vector' && type.element.kind === 'scalar' && type.element.scalar === 'uint8';
    if (!isBytes) {
      reporter.error(span, `\`${name}\` is for \`[ubyte]\` only`);
    } else if (
      attribute.value?.kind === 'string' &&
      symbols.find(attribute.value.value, scope.namespace)?.kind !== 'table'
    ) {
      reporter.error(attribute.value.span, `there is no table \`${attribute.value.value}\``);
    } else {
      reporter.warning(
        span,
        `\`${name}\`: no accessor for what is inside is generated; the field is plain bytes`,
      );
    }
  }
}

/** Names that flatc and generated code derive from others: `<union>_type`, `<vector>_length`. */
const derivedSuffixes: readonly (readonly [
  suffix: string,
  applies: (type: TableField['type']) => boolean,
])[] = [
  ['_type', (type) => takesTwoSlots(type)],
  ['Type', (type) => type.kind === 'union'],
  ['_length', (type) => type.kind === 'vector'],
  ['Length', (type) => type.kind === 'vector'],
  ['_byte_vector', (type) => type.kind === 'string'],
  ['ByteVector', (type) => type.kind === 'string'],
];

function checkClashes({ name: table }: TableNode, fields: readonly Checked[], { reporter }: Context): void {
  const byName = new Map(fields.map((entry) => [entry.node.name.text, entry]));
  for (const { node } of fields) {
    const name = node.name.text;
    for (const [suffix, applies] of derivedSuffixes) {
      if (!name.endsWith(suffix)) continue;
      const base = byName.get(name.slice(0, -suffix.length));
      if (base === undefined || !applies(base.type)) continue;
      const message = `\`${name}\` in \`${table.text}\` clashes with what is generated for \`${base.node.name.text}\``;
      reporter.error(node.name.span, message, 'rename one of the two');
    }
  }
}
