/**
 * Every decision about names in generated Python. The rules, in the order in which they apply:
 *
 * 1. A table or struct `Echo` gives the dataclass `EchoT` and functions in snake case (`write_echo`, `read_echo`), a
 *    union the type `ShapeT`, an enum `Color` the class `Color`. Names of types are spelt as in the schema.
 * 2. Where two namespaces define the same name, the one of the contract's own namespace keeps it, the others
 *    get theirs in front, in Pascal case: `acme.geo.Point` is `AcmeGeoPoint`.
 * 3. A field is an attribute in snake case, a method of a client or a handler likewise, and the builder face of a
 *    method is in Pascal case. Two underscores in front, which Python takes for its own, go.
 * 4. A name that is still taken, or reserved where it stands, gets `_` appended until it is free. Definitions claim
 *    theirs in the model's order (enums, structs, tables, unions), fields by slot, methods by code.
 */
import type { EnumDef, Schema, StructDef, TableDef, UnionDef, UnionMember } from '../../model.ts';
import { NameScope, pascalCase, snakeCase } from '../../printer/index.ts';
import { annotated, enumMembers, keywords, valueImports } from './reserved-words.ts';

/** A definition with a plain value. */
export type ValueDef = EnumDef | StructDef | TableDef | UnionDef;

/** The names of one schema's plain values. */
export class PythonNames {
  readonly #stems = new Map<ValueDef, string>();
  readonly #snakes = new Map<ValueDef, string>();
  readonly #attributes = new Map<StructDef | TableDef, ReadonlyMap<string, string>>();
  readonly #members = new Map<EnumDef, ReadonlyMap<string, string>>();
  readonly #types: ReadonlySet<string>;

  constructor(schema: Schema) {
    const scope = new NameScope([...keywords, ...annotated, ...valueImports]);
    const snakes = new NameScope();
    const definitions: ValueDef[] = [...schema.enums, ...schema.structs, ...schema.tables, ...schema.unions];
    const home = (schema.contract?.namespace ?? schema.rootType?.namespace)?.join('.');
    const clashing = clashingNames(definitions);
    for (const definition of definitions) {
      const { name, namespace } = definition;
      const isForeign = clashing.has(name) && namespace.join('.') !== home;
      const wanted = withoutDunder(isForeign ? namespace.map(pascalCase).join('') + name : name);
      const suffix = scope.claimAll((underscores) => typeNames(definition, wanted + underscores));
      this.#stems.set(definition, wanted + suffix);
      this.#snakes.set(definition, snakes.claim(snakeCase(wanted + suffix)));
    }
    this.#types = new Set(definitions.flatMap((definition) => typeNames(definition, this.stem(definition))));
  }

  /** Whether it is the name of a definition's type. */
  isType(name: string): boolean {
    return this.#types.has(name);
  }

  /** What the names of a definition's types are made from; unique in its schema. */
  stem(definition: ValueDef): string {
    return this.#stems.get(definition)!;
  }

  /** What the names of a definition's functions are made from; unique in its schema. */
  snake(definition: ValueDef): string {
    return this.#snakes.get(definition)!;
  }

  /** The type of a plain value: `EchoRequestT`; of an enum, `Color`. */
  value(definition: ValueDef): string {
    return definition.kind === 'enum' ? this.stem(definition) : `${this.stem(definition)}T`;
  }

  /** The class that tells a union's member from others of the same type; undefined where the type is the tag. */
  wrapper(union: UnionDef, member: UnionMember): string | undefined {
    return isAmbiguous(union, member) ? wrapperName(this.stem(union), member) : undefined;
  }

  /** The attribute that holds a field. */
  attribute(owner: StructDef | TableDef, field: string): string {
    let names = this.#attributes.get(owner);
    if (names === undefined) {
      const scope = new NameScope([...keywords, ...annotated, 'field', ...this.#types]);
      names = new Map(owner.fields.map(({ name }) => [name, scope.claim(withoutDunder(snakeCase(name)))]));
      this.#attributes.set(owner, names);
    }
    return names.get(field)!;
  }

  /** The member of an enum's class. */
  member(definition: EnumDef, value: string): string {
    let names = this.#members.get(definition);
    if (names === undefined) {
      const scope = new NameScope([...keywords, ...enumMembers]);
      names = new Map(definition.values.map(({ name }) => [name, scope.claim(enumMember(name))]));
      this.#members.set(definition, names);
    }
    return names.get(value)!;
  }
}

/** Names that begin with two underscores are mangled in classes, or are Python's own. */
export function withoutDunder(name: string): string {
  if (!name.startsWith('__')) return name;
  const rest = name.replace(/^_+/, '');
  return /^[A-Za-z]/.test(rest) ? rest : `x${rest}`;
}

/** Python's enums take names with an underscore at both ends for their own. */
function enumMember(name: string): string {
  const own = withoutDunder(name);
  return /^_.*_$/.test(own) ? withoutDunder(`_${own}`) : own;
}

function typeNames(definition: ValueDef, stem: string): string[] {
  switch (definition.kind) {
    case 'enum':
      return [stem];
    case 'union': {
      const ambiguous = definition.members.filter((member) => isAmbiguous(definition, member));
      return [`${stem}T`, ...ambiguous.map((member) => wrapperName(stem, member))];
    }
    default:
      return [`${stem}T`];
  }
}

function wrapperName(stem: string, { name }: UnionMember): string {
  return `${stem}${pascalCase(name)}T`;
}

/** Whether a union has its member's type more than once. */
function isAmbiguous(union: UnionDef, { type }: UnionMember): boolean {
  return union.members.filter((member) => typeKey(member) === typeKey({ type })).length > 1;
}

function typeKey({ type }: Pick<UnionMember, 'type'>): unknown {
  return type.kind === 'string' ? 'string' : type.kind === 'table' ? type.table : type.struct;
}

function clashingNames(definitions: readonly ValueDef[]): Set<string> {
  const seen = new Set<string>();
  const clashing = new Set<string>();
  for (const { name } of definitions) (seen.has(name) ? clashing : seen).add(name);
  return clashing;
}
