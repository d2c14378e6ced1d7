/**
 * Every decision about names in generated Go. All of a schema becomes one package, so that each name is unique in
 * it. The rules, in the order in which they apply:
 *
 * 1. A table or struct `Echo` gives the plain value `EchoT` and the accessor `Echo` with flatc's functions, a union
 *    the interface `ShapeT`, a wrapper `ShapeCircleT` for each member and the type codes `Shape`, an enum `Color`.
 *    Names are exported: in Pascal case, and with `X` in front of an underscore.
 * 2. Where two namespaces define the same name, the one of the contract's own namespace keeps it, the others
 *    get theirs in front: `acme.geo.Point` is `AcmeGeoPoint`.
 * 3. A name that is still taken, or reserved, gets `_` appended until it is free. Definitions claim theirs in the
 *    model's order (enums, structs, tables, unions), fields by slot, methods by code.
 */
import type { Contract, EnumDef, Method, Schema, StructDef, TableDef, UnionDef } from '../../model.ts';
import { kebabCase, NameScope, pascalCase, snakeCase } from '../../printer/index.ts';
import { ownNames, reserved } from './reserved-words.ts';

/** A definition of a schema. */
export type GoDef = EnumDef | StructDef | TableDef | UnionDef;

/** The names of one schema's definitions in its package. */
export class GoNames {
  readonly #stems = new Map<GoDef, string>();
  readonly #fields = new Map<StructDef | TableDef, ReadonlyMap<string, string>>();
  readonly #constants = new Map<EnumDef | UnionDef, ReadonlyMap<string, string>>();

  constructor(schema: Schema) {
    const { contract } = schema;
    const helpers = contract?.methods.flatMap((method) => Object.values(helperNames(contract, method))) ?? [];
    const scope = new NameScope([...reserved, ...ownNames, ...helpers]);
    const definitions: GoDef[] = [...schema.enums, ...schema.structs, ...schema.tables, ...schema.unions];
    const home = (contract?.namespace ?? schema.rootType?.namespace)?.join('.');
    const seen = new Set<string>();
    const clashing = new Set<string>();
    for (const { name } of definitions) (seen.has(exported(name)) ? clashing : seen).add(exported(name));
    for (const definition of definitions) {
      const own = exported(definition.name);
      const isForeign = clashing.has(own) && definition.namespace.join('.') !== home;
      const wanted = isForeign ? exported(definition.namespace.map(pascalCase).join('')) + own : own;
      const isAlone = contract === undefined;
      const suffix = scope.claimAll((underscores) =>
        declaredNames(definition, wanted + underscores, isAlone),
      );
      this.#stems.set(definition, wanted + suffix);
    }
  }

  /** What all names of a definition are made from; unique in its package. */
  stem(definition: GoDef): string {
    return this.#stems.get(definition)!;
  }

  /** The type of a plain value: `EchoRequestT`; of an enum, `Color`. */
  value(definition: GoDef): string {
    return definition.kind === 'enum' ? this.stem(definition) : `${this.stem(definition)}T`;
  }

  /** The function that makes a plain value with the schema's defaults. */
  constructorOf(table: TableDef): string {
    return `New${this.value(table)}`;
  }

  /** The type that holds one member of a union: `ShapeCircleT`. */
  wrapper(union: UnionDef, member: string): string {
    return `${this.constant(union, member)}T`;
  }

  /** The constant of an enum's value, or of a union member's type code: `ColorRed`. */
  constant(definition: EnumDef | UnionDef, name: string): string {
    let names = this.#constants.get(definition);
    if (names === undefined) {
      this.#constants.set(definition, (names = constantNames(definition, this.stem(definition))));
    }
    return names.get(name)!;
  }

  /** The struct field that holds a field. */
  field(owner: StructDef | TableDef, field: string): string {
    let names = this.#fields.get(owner);
    if (names === undefined) {
      const scope = new NameScope();
      names = new Map(owner.fields.map(({ name }) => [name, scope.claim(exported(name))]));
      this.#fields.set(owner, names);
    }
    return names.get(field)!;
  }
}

/** In Pascal case; what has no upper case gets an `X` in front, for only capitals are seen from outside. */
export function exported(name: string): string {
  const pascal = pascalCase(name);
  return /^[A-Z]/.test(pascal) ? pascal : `X${pascal}`;
}

/** All identifiers that a definition may declare in its package. */
function declaredNames(definition: GoDef, stem: string, isAlone: boolean): string[] {
  switch (definition.kind) {
    case 'enum':
      return [...enumNames(stem), ...constantNames(definition, stem).values()];
    case 'struct':
      return [stem, `${stem}T`, `Create${stem}`, `put${stem}`, `get${stem}`];
    case 'table':
      return [
        ...[stem, `${stem}T`, `New${stem}T`],
        // Those of the messages of a contract would take the names of the helpers.
        ...(isAlone ? [`Append${stem}`, `Decode${stem}`] : []),
        ...[`encode${stem}`, `decode${stem}`, `layoutOf${stem}`],
        ...[`GetRootAs${stem}`, `GetSizePrefixedRootAs${stem}`, `${stem}Start`, `${stem}End`],
        ...[`Finish${stem}Buffer`, `FinishSizePrefixed${stem}Buffer`],
        ...[...tableMembers(definition).values()].flatMap(({ builders }) =>
          builders.map((name) => stem + name),
        ),
      ];
    case 'union': {
      const constants = [...constantNames(definition, stem).values()];
      const wrappers = constants.map((name) => `${name}T`);
      const codecs = [`${stem}T`, `encode${stem}`, `decode${stem}`, `codeOf${stem}`];
      return [...enumNames(stem), ...codecs, `${stem}NONE`, ...constants, ...wrappers];
    }
  }
}

function enumNames(stem: string): string[] {
  return [stem, `EnumNames${stem}`, `EnumValues${stem}`];
}

/** What belongs to one field of a table's accessor and of its builder functions. */
export interface TableMember {
  /** The accessor: `Input`; of the type code, `InputType`; `InputLength` and `InputBytes` likewise. */
  readonly name: string;
  /** Of the functions, less the table's own name in front: `AddInput`. */
  readonly builders: readonly string[];
}

/** Unique within the table, for all fields that are not deprecated. */
export function tableMembers(table: TableDef): ReadonlyMap<string, TableMember> {
  const scope = new NameScope(['Init', 'Table', '@Start', '@End']);
  const members = new Map<string, TableMember>();
  for (const { name: field, type, deprecated } of table.fields) {
    if (deprecated) continue;
    const wanted = exported(field);
    const isVector = type.kind === 'vector';
    const builders = (name: string): string[] => [
      `Add${name}`,
      ...(type.kind === 'union' ? [`Add${name}Type`] : []),
      ...(isVector ? [`Start${name}Vector`] : []),
    ];
    const spell = (name: string): string[] => [
      name,
      ...(type.kind === 'union' ? [`${name}Type`] : []),
      ...(isVector ? [`${name}Length`, `${name}Bytes`] : []),
      ...builders(name).map((builder) => `@${builder}`),
    ];
    const name = wanted + scope.claimAll((underscores) => spell(wanted + underscores));
    members.set(field, { name, builders: builders(name) });
  }
  return members;
}

function constantNames(definition: EnumDef | UnionDef, stem: string): ReadonlyMap<string, string> {
  const isUnion = definition.kind === 'union';
  // A union has a type for each constant, too, and both may be what its own types are called.
  const scope = new NameScope(isUnion ? [stem, `${stem}T`, `${stem}NONE`] : []);
  const values = isUnion ? definition.members : definition.values;
  return new Map(
    values.map(({ name }) => {
      const wanted = stem + name;
      const suffix = scope.claimAll((underscores) =>
        [wanted + underscores].flatMap((own) => (isUnion ? [own, `${own}T`] : [own])),
      );
      return [name, wanted + suffix];
    }),
  );
}

/** The names of each method of a client, and of a service; unique. */
export function methodNames(contract: Contract): ReadonlyMap<Method, string> {
  const scope = new NameScope();
  return new Map(contract.methods.map((method) => [method, scope.claim(exported(method.name))]));
}

/** The functions of `pluginart_helpers.go` for a method. */
export function helperNames(contract: Contract, method: Method) {
  const name = methodNames(contract).get(method)!;
  return {
    buildRequest: `Build${name}CallRequest`,
    decodeRequest: `Decode${name}Request`,
    buildResponse: `Build${name}CallResponse`,
    decodeResponse: `Decode${name}Response`,
    /** The variable that describes it. */
    method: `methodOf${name}`,
  };
}

/** `echo.v1` is the package `v1` in the folder `echo/v1`; a word of the language gets `_` appended. */
export function packageOf(contract: Contract): { readonly name: string; readonly folder: string } {
  const last = contract.namespace.at(-1)!;
  // A folder of that name would be left out of ./..., and a package main cannot be imported.
  const name = reserved.has(last) ? `${last}_` : last.replace(/^_+/, 'x_');
  return { name, folder: [...contract.namespace.slice(0, -1), name].join('/') };
}

/** What a plugin of this contract is called where nobody says otherwise: `echo`. */
export function pluginName(contract: Contract): string {
  return kebabCase(contract.name);
}

/** `echo`, from which the names of its files are made. */
export function fileStem(contract: Contract): string {
  return snakeCase(contract.name).replace(/^_+/, 'x_');
}
