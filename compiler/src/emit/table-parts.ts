import type { TableDef, TableField } from '../model.ts';
import { valueFields } from './value-fields.ts';
import { scalarBytes, wireScalar } from './wire-scalar.ts';

/** One entry of a table on the wire. A union, or a vector of unions, has two: its codes and its value. */
export interface TablePart {
  readonly field: TableField;
  readonly role: 'value' | 'codes';
  readonly slot: number;
  readonly bytes: number;
  readonly alignment: number;
  /** In every message: required fields. */
  readonly always: boolean;
}

/** What `TableLayout` is made from. Parts are in the order in which they are written; part n has bit n. */
export interface TablePlan {
  readonly parts: readonly TablePart[];
  readonly alignment: number;
}

/** By falling alignment, so that nothing lies between parts; within that those that are always there first. */
export function planTable(table: TableDef): TablePlan {
  const parts = valueFields(table).flatMap(partsOf);
  parts.sort((a, b) => b.alignment - a.alignment || Number(b.always) - Number(a.always) || a.slot - b.slot);
  return { parts, alignment: Math.max(4, ...parts.map((part) => part.alignment)) };
}

function partsOf(field: TableField): TablePart[] {
  const { type, slot, required: always } = field;
  const part = { field, role: 'value', slot, always } as const;
  switch (type.kind) {
    case 'scalar':
    case 'enum': {
      const bytes = scalarBytes[wireScalar(type)];
      return [{ ...part, bytes, alignment: bytes }];
    }
    case 'struct':
      return [{ ...part, bytes: type.struct.size, alignment: type.struct.alignment }];
    case 'union':
      return [
        { ...part, role: 'codes', slot: slot - 1, bytes: 1, alignment: 1 },
        { ...part, bytes: 4, alignment: 4 },
      ];
    case 'vector': {
      const value = { ...part, bytes: 4, alignment: 4 };
      return type.element.kind === 'union' ? [{ ...value, role: 'codes', slot: slot - 1 }, value] : [value];
    }
    default:
      return [{ ...part, bytes: 4, alignment: 4 }];
  }
}
