import type { FieldDefault, TableDef, Type } from '@pluginart/compiler';
import { type BytesNotation, parseBytes, reportBytes } from './bytes.ts';

type Values = Record<string, unknown>;

/** What an adapter must report for a table that was sent like that: defaults filled in, long bytes as their digest. */
export function withDefaults(table: TableDef, value: Values): Values {
  const filled: Values = {};
  for (const { name, type, default: fallback, deprecated } of table.fields) {
    if (deprecated) continue;
    const given = value[name];
    const field = given === undefined ? defaultOf(fallback) : complete(type, given);
    if (field !== undefined) filled[name] = field;
  }
  return filled;
}

function defaultOf(fallback: FieldDefault): unknown {
  switch (fallback.kind) {
    case 'absent':
      return undefined;
    case 'string':
      return fallback.value;
    case 'empty-vector':
      return [];
    case 'value':
      if (typeof fallback.value === 'bigint') return fallback.value.toString();
      return typeof fallback.value === 'number' ? number(fallback.value) : fallback.value;
  }
}

function complete(type: Type, value: unknown): unknown {
  switch (type.kind) {
    case 'table':
      return withDefaults(type.table, value as Values);
    case 'struct':
      return Object.fromEntries(
        type.struct.fields.map((field) => [field.name, complete(field.type, (value as Values)[field.name])]),
      );
    case 'union': {
      const { type: name, value: member } = value as { type: string; value: unknown };
      const { type: memberType } = type.union.members.find((one) => one.name === name) ?? {};
      return { type: name, value: memberType === undefined ? member : complete(memberType, member) };
    }
    case 'vector':
      if (type.element.kind === 'scalar' && type.element.scalar === 'uint8')
        return reportBytes(parseBytes(value as BytesNotation));
      return (value as unknown[]).map((item) => complete(type.element, item));
    case 'array':
      return (value as unknown[]).map((item) => complete(type.element, item));
    case 'scalar':
      return type.scalar === 'float32' ? number(Math.fround(Number(value))) : value;
    default:
      return value;
  }
}

/** As adapters report numbers. */
function number(value: number): number | string {
  if (Number.isFinite(value) && !Object.is(value, -0)) return value;
  return Object.is(value, -0) ? '-0' : String(value);
}
