import type { TableDef, TableField } from '../model.ts';

/** The fields that a plain value has. */
export function valueFields(table: TableDef): readonly TableField[] {
  return table.fields.filter((field) => !field.deprecated);
}
