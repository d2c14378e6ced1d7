import type { TableDef, TableField } from '../../../model.ts';
import { planTable, type TablePart } from '../../table-parts.ts';

/** The parts of a table as `pluginart.codec` numbers them: references first, then what is inline. */
export interface TablePlan {
  /** Offsets to what lies outside of the table. */
  readonly references: readonly TablePart[];
  /** By falling alignment. */
  readonly inline: readonly TablePart[];
  /** The mask of one part. */
  bit(part: TablePart): bigint;
  /** The parts of a field: for a union its codes, then its value. */
  partsOf(field: TableField): readonly TablePart[];
}

export function planOf(table: TableDef): TablePlan {
  const { parts } = planTable(table);
  const references = parts.filter(isReference);
  const inline = parts.filter((part) => !isReference(part));
  const order = [...references, ...inline];
  return {
    references,
    inline,
    bit: (part) => 1n << BigInt(order.indexOf(part)),
    partsOf: (field) => parts.filter((part) => part.field === field),
  };
}

function isReference({ field: { type }, role }: TablePart): boolean {
  if (type.kind === 'union') return role === 'value';
  return type.kind === 'string' || type.kind === 'table' || type.kind === 'vector';
}
