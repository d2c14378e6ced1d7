import type { Span } from '../diagnostics/source-file.ts';
import type { TableField } from '../model.ts';
import type { FieldNode, TableNode } from '../syntax/tree.ts';
import { attributeNode } from './attributes.ts';
import type { Context } from './context.ts';
import { parseInteger } from './numbers.ts';

/** A vtable's size is a uint16, and it begins with two of them. */
const MAX_SLOTS = 32765;

export interface Unslotted {
  readonly node: FieldNode;
  readonly type: TableField['type'];
}

/** Whether a field also has a slot for type codes. */
export function takesTwoSlots(type: TableField['type']): boolean {
  return type.kind === 'union' || (type.kind === 'vector' && type.element.kind === 'union');
}

/**
 * The slot of each field, in the order given: by `id` where the table has them, else by position.
 * Undefined where that cannot be told, which has been reported.
 */
export function assignSlots(
  table: TableNode,
  fields: readonly Unslotted[],
  context: Context,
): number[] | undefined {
  const withId = fields.filter(({ node }) => idNode(node) !== undefined);
  if (withId.length === 0) return slotsByPosition(table, fields, context);
  for (const { node } of fields) {
    if (idNode(node) !== undefined) continue;
    const message = `\`${node.name.text}\` has no \`id\`, and other fields of \`${table.name.text}\` have`;
    context.reporter.error(node.name.span, message, 'either all fields of a table have an id, or none');
  }
  return withId.length === fields.length ? slotsById(table, fields, context) : undefined;
}

function slotsByPosition(
  { name }: TableNode,
  fields: readonly Unslotted[],
  { reporter }: Context,
): number[] | undefined {
  let next = 0;
  const slots = fields.map(({ type }) => {
    const slot = takesTwoSlots(type) ? next + 1 : next;
    next = slot + 1;
    return slot;
  });
  if (next <= MAX_SLOTS) return slots;
  reporter.error(name.span, `the table \`${name.text}\` has ${next} fields: the most is ${MAX_SLOTS}`);
  return undefined;
}

function slotsById(
  table: TableNode,
  fields: readonly Unslotted[],
  { reporter }: Context,
): number[] | undefined {
  const slots: number[] = [];
  const owners = new Map<number, string>();
  let sound = true;
  const report = (span: Span, message: string, hint?: string) => {
    reporter.error(span, message, hint);
    sound = false;
  };
  for (const { node, type } of fields) {
    const value = idNode(node)?.value;
    const id = value?.kind === 'integer' ? parseInteger(value.text) : undefined;
    if (value === undefined || id === undefined) return undefined;
    const name = node.name.text;
    const first = takesTwoSlots(type) ? Number(id) - 1 : Number(id);
    if (id < 0n || id >= MAX_SLOTS) {
      report(value.span, `the id of \`${name}\` must be from 0 to ${MAX_SLOTS - 1}`);
    } else if (first < 0) {
      const hint = 'a union takes two ids, and is given the second: the first is that of its type code';
      report(value.span, `the id of the union \`${name}\` must be at least 1`, hint);
    } else {
      for (let slot = first; slot <= Number(id); slot += 1) {
        const owner = owners.get(slot);
        const hint = first === slot ? undefined : `a union takes two ids: here ${first} and ${Number(id)}`;
        if (owner !== undefined)
          report(value.span, `\`${name}\` has the id ${slot}, as has \`${owner}\``, hint);
        owners.set(slot, name);
      }
    }
    slots.push(Number(id));
  }
  if (sound) reportGaps(table, owners, report);
  return sound ? slots : undefined;
}

function reportGaps(
  { name }: TableNode,
  owners: ReadonlyMap<number, string>,
  report: (span: Span, message: string, hint?: string) => void,
): void {
  for (let slot = 0; slot < owners.size; slot += 1) {
    if (owners.has(slot)) continue;
    const hint = 'ids run from 0 without a gap; a union takes two, and is given the second';
    report(name.span, `no field of \`${name.text}\` has the id ${slot}`, hint);
    return;
  }
}

function idNode({ attributes }: FieldNode) {
  return attributeNode(attributes, 'id');
}
