import type { StructDef, TableDef, TableField } from '../../../model.ts';
import { lowerCamel, NameScope } from '../../../printer/index.ts';
import { calledByTheLanguage, objectMembers } from '../reserved-words.ts';
import { flatcKeywords } from './flatc-keywords.ts';

const reservedMembers = ['bb', 'bb_pos', '__init', ...objectMembers, ...calledByTheLanguage];

/** The methods of one field in its table's class. */
export interface FieldMembers {
  /** `items` */
  readonly accessor: string;
  /** `itemsLength` */
  readonly length: string;
  /** `itemsArray` */
  readonly array: string;
  /** `addItems` */
  readonly add: string;
  /** `createItemsVector` */
  readonly createVector: string;
  /** `startItemsVector` */
  readonly startVector: string;
}

export interface TableFieldMembers {
  readonly value: FieldMembers;
  /** Of the type codes of a union or a vector of unions: `payloadType`, `addPayloadType`. */
  readonly codes: FieldMembers;
}

/** The statics of a table's class that stand for the table itself: `startEcho`, `getRootAsEcho`. */
export interface TableMembers {
  readonly start: string;
  readonly end: string;
  readonly create: string;
  readonly getRoot: string;
  readonly getSizePrefixedRoot: string;
  readonly finishBuffer: string;
  readonly finishSizePrefixedBuffer: string;
}

export function tableMembers(table: TableDef): TableMembers {
  return {
    start: `start${table.name}`,
    end: `end${table.name}`,
    create: `create${table.name}`,
    getRoot: `getRootAs${table.name}`,
    getSizePrefixedRoot: `getSizePrefixedRootAs${table.name}`,
    finishBuffer: `finish${table.name}Buffer`,
    finishSizePrefixedBuffer: `finishSizePrefixed${table.name}Buffer`,
  };
}

/** The accessor of each field of a struct, by the field's name. */
export function structMembers(struct: StructDef): ReadonlyMap<string, string> {
  const scope = new NameScope(reservedMembers);
  return new Map(struct.fields.map(({ name }) => [name, scope.claim(escaped(lowerCamel(name)))]));
}

/**
 * The methods of every field of a table. They are flatc's; a field one of whose methods has a name that is taken,
 * by an earlier field or by the class itself, counts as if it were spelt with a `_` at the end.
 */
export function fieldMembers(table: TableDef): ReadonlyMap<TableField, TableFieldMembers> {
  const scope = new NameScope([
    ...reservedMembers,
    ...[...Object.values(tableMembers(table)), 'bufferHasIdentifier'].map(asStatic),
  ]);
  const members = new Map<TableField, TableFieldMembers>();
  for (const field of table.fields) {
    if (field.deprecated) continue;
    scope.claimAll((underscores) => {
      const named = spell(field.name + underscores);
      members.set(field, named);
      return claims(field, named);
    });
  }
  return members;
}

/** Statics and instance methods do not get in each other's way: the former are told apart by a prefix. */
function asStatic(name: string): string {
  return `static ${name}`;
}

function claims({ type }: TableField, { value, codes }: TableFieldMembers): string[] {
  const isVector = type.kind === 'vector';
  const isUnion = type.kind === 'union' || (isVector && type.element.kind === 'union');
  return (isUnion ? [value, codes] : [value]).flatMap((members) => [
    members.accessor,
    asStatic(members.add),
    ...(isVector ? [members.length, members.array] : []),
    ...(isVector ? [members.createVector, members.startVector].map(asStatic) : []),
  ]);
}

/** As flatc does, which puts `add_` or the like around the name and then makes it camel case. */
function spell(name: string): TableFieldMembers {
  const method = lowerCamel(name);
  const tail = lowerCamel(`x_${name}`).slice(1);
  return { value: spellOne(method, tail), codes: spellOne(`${method}Type`, `${tail}Type`) };
}

function spellOne(method: string, tail: string): FieldMembers {
  return {
    accessor: escaped(method),
    length: `${method}Length`,
    array: `${method}Array`,
    add: `add${tail}`,
    createVector: `create${tail}Vector`,
    startVector: `start${tail}Vector`,
  };
}

function escaped(method: string): string {
  return flatcKeywords.has(method) ? `${method}_` : method;
}
