/**
 * Every decision about names in generated TypeScript. The rules, in the order in which they apply:
 *
 * 1. A table or struct `Echo` gives the types `EchoT` and `EchoInit` and the functions `encodeEcho` and
 *    `decodeEcho`; a union likewise; an enum `Color` gives `Color`. Names are spelt as in the schema.
 * 2. Where two namespaces define the same name, the one of the contract's own namespace keeps it, the others
 *    get theirs in front, in Pascal case: `acme.geo.Point` is `AcmeGeoPoint`.
 * 3. A property is the field in lowerCamelCase, a method of a client or a handler likewise, and the builder
 *    face of a method is in PascalCase.
 * 4. A name that is still taken, or reserved where it stands, gets `_` appended until it is free. Definitions
 *    claim theirs in the model's order (enums, structs, tables, unions), fields by slot, methods by code.
 */
import type {
  Contract,
  Definition,
  EnumDef,
  Method,
  Schema,
  StructDef,
  TableDef,
  UnionDef,
} from '../../model.ts';
import { kebabCase, lowerCamel, NameScope, pascalCase, snakeCase } from '../../printer/index.ts';
import { calledByTheLanguage, keywords, objectMembers } from './reserved-words.ts';

/** A definition with a plain value. */
export type ValueDef = EnumDef | StructDef | TableDef | UnionDef;

export interface MethodNames {
  /** Of the client's method that takes plain values, and of the handler: `echo`. */
  readonly plain: string;
  /** Of the client's method that takes a builder: `Echo`. */
  readonly builder: string;
}

export interface ContractNames {
  /** `EchoClient`. */
  readonly client: string;
  /** `echoClient`, the class under its other name. */
  readonly clientAlias: string;
  /** `EchoHandlers`. */
  readonly handlers: string;
  /** `echoService`. */
  readonly service: string;
  /** `echo_client`, without the extension. */
  readonly clientFile: string;
  /** `echo_service`, without the extension. */
  readonly serviceFile: string;
  /** What a plugin of this service is called where nobody says otherwise: `echo`. */
  readonly plugin: string;
}

/** The names of one schema's plain values. */
export class ValueNames {
  readonly #stems = new Map<ValueDef, string>();
  readonly #properties = new Map<StructDef | TableDef, ReadonlyMap<string, string>>();

  constructor(schema: Schema) {
    const scope = new NameScope([...keywords, 'Uint8Array']);
    const definitions: ValueDef[] = [...schema.enums, ...schema.structs, ...schema.tables, ...schema.unions];
    const clashing = clashingNames(definitions);
    const home = schema.contract?.namespace.join('.') ?? schema.rootType?.namespace.join('.');
    for (const definition of definitions) {
      const foreign = clashing.has(definition.name) && definition.namespace.join('.') !== home;
      const wanted = foreign
        ? definition.namespace.map(pascalCase).join('') + definition.name
        : definition.name;
      const suffix = scope.claimAll((underscores) => typeNames(definition.kind, wanted + underscores));
      this.#stems.set(definition, wanted + suffix);
    }
  }

  /** What all names of a definition are made from; unique in its schema. */
  stem(definition: ValueDef): string {
    return this.#stems.get(definition)!;
  }

  /** The type of a value that is received: `EchoRequestT`; of an enum, `Color`. */
  received(definition: ValueDef): string {
    return definition.kind === 'enum' ? this.stem(definition) : `${this.stem(definition)}T`;
  }

  /** The type of a value that may be passed: `EchoRequestInit`; of an enum, `Color`. */
  init(definition: ValueDef): string {
    return definition.kind === 'enum' ? this.stem(definition) : `${this.stem(definition)}Init`;
  }

  encoder(definition: ValueDef): string {
    return `encode${this.stem(definition)}`;
  }

  decoder(definition: ValueDef): string {
    return `decode${this.stem(definition)}`;
  }

  /** The property that holds a field. */
  property(owner: StructDef | TableDef, field: string): string {
    let names = this.#properties.get(owner);
    if (names === undefined) this.#properties.set(owner, (names = propertyNames(owner)));
    return names.get(field)!;
  }
}

function typeNames(kind: ValueDef['kind'], stem: string): string[] {
  return kind === 'enum' ? [stem] : [`${stem}T`, `${stem}Init`];
}

function clashingNames(definitions: readonly Definition[]): Set<string> {
  const seen = new Set<string>();
  const clashing = new Set<string>();
  for (const { name } of definitions) (seen.has(name) ? clashing : seen).add(name);
  return clashing;
}

function propertyNames(owner: StructDef | TableDef): ReadonlyMap<string, string> {
  const scope = new NameScope(objectMembers);
  return new Map(owner.fields.map(({ name }) => [name, scope.claim(lowerCamel(name))]));
}

/** The two names of each method, unique within the client; reserved ones get `_`. */
export function methodNames(contract: Contract): ReadonlyMap<Method, MethodNames> {
  const plain = new NameScope([...objectMembers, ...calledByTheLanguage]);
  const builder = new NameScope([...objectMembers, ...calledByTheLanguage]);
  const names = contract.methods.map((method) => {
    const name = plain.claim(lowerCamel(method.name));
    builder.claim(name);
    return { method, name };
  });
  return new Map(
    names.map(({ method, name }) => [
      method,
      { plain: name, builder: builder.claim(pascalCase(method.name)) },
    ]),
  );
}

export function contractNames(contract: Contract): ContractNames {
  const name = pascalCase(contract.name);
  const file = snakeCase(contract.name);
  return {
    client: `${name}Client`,
    clientAlias: clientAlias(contract.name),
    handlers: `${name}Handlers`,
    service: `${lowerCamel(contract.name)}Service`,
    clientFile: `${file}_client`,
    serviceFile: `${file}_service`,
    plugin: kebabCase(contract.name),
  };
}

/** A name that starts with an underscore has no lower case form: the alias then gets one more. */
function clientAlias(name: string): string {
  const alias = `${lowerCamel(name)}Client`;
  return alias === `${pascalCase(name)}Client` ? `_${alias}` : alias;
}

/** Where flatc puts the module of a definition, without an extension: `acme/geo/way-point`. */
export function definitionModule({ namespace, name }: Definition): string {
  return [...namespace, name].map(kebabCase).join('/');
}
