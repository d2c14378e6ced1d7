/** What the fields of tables and of structs have in common. */
import type { Span } from '../diagnostics/source-file.ts';
import type { EnumDef, StructField, TableField } from '../model.ts';
import type { FieldNode, StructNode, TableNode } from '../syntax/tree.ts';
import { attributeNode } from './attributes.ts';
import type { Context } from './context.ts';
import { sizeOfScalar } from './scalars.ts';
import type { Scope } from './symbols.ts';

/** Reports a name that the record has already, or that names a record itself, as flatc does. */
export function checkFieldName(
  { name }: FieldNode,
  names: Set<string>,
  owner: string,
  scope: Scope,
  { reporter, symbols }: Context,
): void {
  if (names.has(name.text)) {
    reporter.error(name.span, `the field \`${name.text}\` is already in \`${owner}\``);
  }
  names.add(name.text);
  const record = symbols.find(name.text, scope.namespace);
  const isRecord = record?.kind === 'table' || record?.kind === 'struct';
  if (isRecord && record.order <= scope.order) {
    const message = `the field \`${name.text}\` has the same name as the ${record.kind} \`${record.qualified}\``;
    reporter.error(name.span, message, 'rename one of them: FlatBuffers does not allow it');
  }
}

export function hasZero(definition: EnumDef): boolean {
  return (
    definition.bitFlags ||
    definition.values.length === 0 ||
    definition.values.some(({ value }) => value === 0n)
  );
}

/** The error for a field that is zero where nothing is written, in an enum that has no zero. */
export function needsZero({ name, type }: FieldNode, definition: EnumDef): [Span, string, string] {
  return [
    type.span,
    `\`${name.text}\` would be 0 by default, which is no value of \`${definition.name}\``,
    `give the enum a value that is 0, or a table's field a default: \`= ${definition.values[0]?.name}\``,
  ];
}

/** At most one key, on a string or a scalar. */
export function checkKeys(
  { fields, name }: TableNode | StructNode,
  checked: readonly (TableField | StructField)[],
  { reporter }: Context,
): void {
  let first: string | undefined;
  for (const field of fields) {
    const key = attributeNode(field.attributes, 'key');
    if (key === undefined) continue;
    if (first !== undefined) {
      reporter.error(key.name.span, `\`${name.text}\` has a key already: \`${first}\``);
      continue;
    }
    first = field.name.text;
    const type = checked.find((candidate) => candidate.name === first)?.type;
    if (type === undefined) continue;
    if (type.kind === 'scalar' || type.kind === 'enum' || type.kind === 'string') {
      const hint = 'sort such vectors yourself where another program searches them';
      reporter.warning(
        key.name.span,
        'no lookup by key is generated, and vectors are not sorted by it',
        hint,
      );
    } else {
      reporter.error(key.name.span, `a key must be a scalar or a string, and \`${first}\` is neither`);
    }
  }
}

/** `hash` says how JSON fills an integer from a string; here it only has to make sense. */
export function checkHash(
  field: FieldNode,
  type: TableField['type'] | StructField['type'],
  attributes: ReadonlyMap<string, string | undefined>,
  { reporter }: Context,
): void {
  const algorithm = attributes.get('hash');
  const node = attributeNode(field.attributes, 'hash');
  if (algorithm === undefined || node === undefined) return;
  const element = type.kind === 'vector' || type.kind === 'array' ? type.element : type;
  const bits = element.kind === 'scalar' ? sizeOfScalar(element.scalar) * 8 : 0;
  const isInteger = element.kind === 'scalar' && !element.scalar.startsWith('float');
  const span = node.value?.span ?? node.name.span;
  if (!isInteger || bits < 16) {
    reporter.error(span, '`hash` is for integers of 16, 32 and 64 bits');
  } else if (algorithm !== `fnv1_${bits}` && algorithm !== `fnv1a_${bits}`) {
    reporter.error(
      span,
      `there is no hash \`${algorithm}\` of ${bits} bits`,
      `use "fnv1_${bits}" or "fnv1a_${bits}"`,
    );
  }
}
