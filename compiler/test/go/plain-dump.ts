import type { GoNames } from '../../src/emit/go/names.ts';
import type { StructDef, TableDef, Type } from '../../src/model.ts';
import { type Fields, memberType, type UnionValue, type Value } from '../differential/value.ts';

/** A value as the Go program of `differential.test.ts` prints it: by Go's names, numbers as text. */
export type Dump = null | string | Dump[] | { [name: string]: Dump };

/** What Go has to print of a table, absent fields being null and those with a default that. */
export function dumpTable(names: GoNames, table: TableDef, fields: Fields): Dump {
  const entries = table.fields
    .filter((field) => !field.deprecated)
    .map((field): [string, Dump] => {
      let value = fields.get(field.name);
      const fallback = field.default;
      if (value === undefined && (fallback.kind === 'value' || fallback.kind === 'string'))
        value = fallback.value;
      return [names.field(table, field.name), value === undefined ? null : dump(names, field.type, value)];
    });
  return Object.fromEntries(entries);
}

function dump(names: GoNames, type: Type, value: Value): Dump {
  switch (type.kind) {
    case 'scalar':
      return /^float/.test(type.scalar) ? bits(value as number) : String(value);
    case 'enum':
    case 'string':
      return String(value);
    case 'struct':
      return dumpStruct(names, type.struct, value as Fields);
    case 'table':
      return dumpTable(names, type.table, value as Fields);
    case 'union': {
      const { member, value: inner } = value as UnionValue;
      return { [names.wrapper(type.union, member)]: dump(names, memberType(type.union, member), inner) };
    }
    default:
      return (value as Value[]).map((element) => dump(names, type.element, element));
  }
}

function dumpStruct(names: GoNames, struct: StructDef, fields: Fields): Dump {
  return Object.fromEntries(
    struct.fields.map(({ name, type }) => [names.field(struct, name), dump(names, type, fields.get(name)!)]),
  );
}

/** All bits of a number, so that nothing is rounded; every NaN is one. */
function bits(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16);
}
