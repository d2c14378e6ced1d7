import type { ElementType, ScalarName, TableDef, TableField, Type, UnionDef } from '../../model.ts';
import { valueFields } from '../value-fields.ts';
import type { ValueDef, ValueNames } from './names.ts';

/** Which of the two types of a value is meant: what is received, or what may be passed. */
export type Face = 'received' | 'init';

/** The TypeScript type of a value of a schema type. `use` notes that a definition's type is referred to. */
export function valueType(
  type: Type,
  face: Face,
  names: ValueNames,
  use: (name: string) => string = (name) => name,
): string {
  switch (type.kind) {
    case 'scalar':
      return scalarType(type.scalar);
    case 'string':
      return 'string';
    case 'vector':
      return isBytes(type.element) ? 'Uint8Array' : `${valueType(type.element, face, names, use)}[]`;
    case 'array':
      return isBytes(type.element) ? 'Uint8Array' : `${valueType(type.element, face, names, use)}[]`;
    default: {
      const definition = definitionOf(type);
      return use(face === 'init' ? names.init(definition) : names.received(definition));
    }
  }
}

/** Vectors of these are a Uint8Array. Enums over uint8 are not: they are an array of their values. */
export function isBytes(element: ElementType): boolean {
  return element.kind === 'scalar' && element.scalar === 'uint8';
}

export function definitionOf(
  type: Exclude<Type, { kind: 'scalar' | 'string' | 'vector' | 'array' }>,
): ValueDef {
  switch (type.kind) {
    case 'enum':
      return type.enum;
    case 'struct':
      return type.struct;
    case 'table':
      return type.table;
    case 'union':
      return type.union;
  }
}

function scalarType(scalar: ScalarName): string {
  if (scalar === 'bool') return 'boolean';
  return is64Bit(scalar) ? 'bigint' : 'number';
}

export function is64Bit(scalar: ScalarName): boolean {
  return scalar === 'int64' || scalar === 'uint64';
}

export { valueFields };

/** A received value always has it. */
export function alwaysReceived(field: TableField): boolean {
  return field.required || field.default.kind !== 'absent';
}

/** Tells, for all tables and unions of a schema, whether what may be passed differs from what is received. */
export class InitDifference {
  readonly #different = new Set<TableDef | UnionDef>();

  constructor(tables: readonly TableDef[], unions: readonly UnionDef[]) {
    for (const table of tables) {
      if (valueFields(table).some((field) => alwaysReceived(field) && !field.required))
        this.#different.add(table);
    }
    // A definition that refers to a different one is different itself; cycles make this take several rounds.
    for (let before = -1; before !== this.#different.size; ) {
      before = this.#different.size;
      for (const table of tables) {
        if (valueFields(table).some((field) => this.#refersToDifferent(field.type)))
          this.#different.add(table);
      }
      for (const union of unions) {
        if (union.members.some((member) => this.#refersToDifferent(member.type))) this.#different.add(union);
      }
    }
  }

  has(definition: TableDef | UnionDef): boolean {
    return this.#different.has(definition);
  }

  #refersToDifferent(type: Type): boolean {
    if (type.kind === 'vector') return this.#refersToDifferent(type.element);
    if (type.kind === 'table') return this.#different.has(type.table);
    return type.kind === 'union' && this.#different.has(type.union);
  }
}
