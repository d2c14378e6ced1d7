import type { TableDef, Type } from '@pluginart/compiler';

type Values = Record<string, unknown>;

/**
 * What an adapter reported, with all 64-bit integers as strings: languages that do not tell widths apart report small
 * ones as numbers.
 */
export function canonical(table: TableDef, value: unknown): unknown {
  return canonicalFields(table.fields, value);
}

function canonicalFields(
  fields: readonly { readonly name: string; readonly type: Type }[],
  value: unknown,
): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const types = new Map(fields.map(({ name, type }) => [name, type]));
  return Object.fromEntries(
    Object.entries(value as Values).map(([name, item]) => {
      const type = types.get(name);
      return [name, type === undefined ? item : canonicalValue(type, item)];
    }),
  );
}

function canonicalValue(type: Type, value: unknown): unknown {
  switch (type.kind) {
    case 'scalar':
      return is64Bit(type.scalar) ? String(value) : value;
    case 'enum':
      return is64Bit(type.enum.underlying) ? String(value) : value;
    case 'table':
      return canonicalFields(type.table.fields, value);
    case 'struct':
      return canonicalFields(type.struct.fields, value);
    case 'union': {
      const { type: name, value: member } = value as { type: string; value: unknown };
      const found = type.union.members.find((one) => one.name === name);
      return { type: name, value: found === undefined ? member : canonicalValue(found.type, member) };
    }
    case 'vector':
    case 'array':
      return Array.isArray(value) ? value.map((item) => canonicalValue(type.element, item)) : value;
    default:
      return value;
  }
}

function is64Bit(scalar: string): boolean {
  return scalar === 'int64' || scalar === 'uint64';
}
