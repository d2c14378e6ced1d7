import type { EnumDef, Schema, StructDef, TableDef, UnionDef } from '../model.ts';

/** The definitions of a schema that get plain values. */
export interface ValueDefinitions {
  readonly enums: readonly EnumDef[];
  readonly structs: readonly StructDef[];
  readonly tables: readonly TableDef[];
  readonly unions: readonly UnionDef[];
}

/**
 * All but the envelope of calls: its tables and unions are written and read by the session, never by a user.
 * (Where a schema uses one of them elsewhere, too, it stays.)
 */
export function valueDefinitions(schema: Schema): ValueDefinitions {
  const { contract } = schema;
  if (contract === undefined) return schema;
  const envelope = new Set<TableDef | UnionDef>([
    contract.callRequest,
    contract.callResponse,
    contract.requestPayload,
    contract.responsePayload,
  ]);
  for (const user of [...schema.tables, ...schema.unions]) {
    if (!envelope.has(user)) keepUsed(user, envelope);
  }
  return {
    enums: schema.enums,
    structs: schema.structs,
    tables: schema.tables.filter((table) => !envelope.has(table)),
    unions: schema.unions.filter((union) => !envelope.has(union)),
  };
}

/** Takes out of the envelope what a definition refers to, and what that refers to. */
function keepUsed(user: TableDef | UnionDef, envelope: Set<TableDef | UnionDef>): void {
  const types =
    user.kind === 'table'
      ? user.fields.map((field) => field.type)
      : user.members.map((member) => member.type);
  for (const type of types) {
    const target = type.kind === 'vector' ? type.element : type;
    const used = target.kind === 'table' ? target.table : target.kind === 'union' ? target.union : undefined;
    if (used !== undefined && envelope.delete(used)) keepUsed(used, envelope);
  }
}
