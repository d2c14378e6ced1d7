/**
 * The language-neutral model: what a schema means once it has been parsed and checked.
 * Every emitter reads this and nothing else; names are as the schema spells them.
 */

export type ScalarName =
  | 'bool'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float32'
  | 'float64';

export type IntegerName = Exclude<ScalarName, 'bool' | 'float32' | 'float64'>;

/** A place in a schema file. Lines and columns count from 1; columns count UTF-16 units. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What every named definition has. */
export interface Definition {
  readonly name: string;
  /** The parts of its namespace: `namespace a.b;` is `['a', 'b']`. */
  readonly namespace: readonly string[];
  /** Lines of `///` comments, without the slashes and one leading space. */
  readonly doc: readonly string[];
  readonly attributes: ReadonlyMap<string, string | undefined>;
  readonly place: Place;
}

export type Type =
  | { readonly kind: 'scalar'; readonly scalar: ScalarName }
  | { readonly kind: 'enum'; readonly enum: EnumDef }
  | { readonly kind: 'string' }
  | { readonly kind: 'struct'; readonly struct: StructDef }
  | { readonly kind: 'table'; readonly table: TableDef }
  | { readonly kind: 'union'; readonly union: UnionDef }
  | { readonly kind: 'vector'; readonly element: ElementType }
  /** Only inside structs. */
  | { readonly kind: 'array'; readonly element: ArrayElementType; readonly length: number };

export type ElementType = Exclude<Type, { kind: 'vector' | 'array' }>;
export type ArrayElementType = Extract<Type, { kind: 'scalar' | 'enum' | 'struct' }>;

export interface EnumValue {
  readonly name: string;
  /** For `bit_flags` the mask (1 << n), not the position. */
  readonly value: bigint;
  readonly doc: readonly string[];
}

export interface EnumDef extends Definition {
  readonly kind: 'enum';
  readonly underlying: IntegerName;
  readonly bitFlags: boolean;
  readonly values: readonly EnumValue[];
}

export interface StructField {
  readonly name: string;
  readonly type: Extract<Type, { kind: 'scalar' | 'enum' | 'struct' | 'array' }>;
  /** Bytes from the start of the struct. */
  readonly offset: number;
  readonly doc: readonly string[];
  readonly attributes: ReadonlyMap<string, string | undefined>;
  readonly place: Place;
}

export interface StructDef extends Definition {
  readonly kind: 'struct';
  readonly fields: readonly StructField[];
  /** Bytes, padding included. */
  readonly size: number;
  /** 1, 2, 4, 8, or what `force_align` asks for. */
  readonly alignment: number;
}

/**
 * What a table field is when the wire does not have it.
 * `value`: scalars and enums, the schema's default or zero. `absent`: strings, tables, vectors, unions,
 * structs, and scalars declared `= null`. `string`: a string with a default. `empty-vector`: `= []`.
 * A `value` is a boolean for bool, a bigint for int64, uint64 and enums over them, else a number
 * (of float32 already rounded to it).
 */
export type FieldDefault =
  | { readonly kind: 'value'; readonly value: bigint | number | boolean }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'empty-vector' }
  | { readonly kind: 'absent' };

export interface TableField {
  readonly name: string;
  readonly type: Exclude<Type, { kind: 'array' }>;
  /**
   * The vtable slot, from 0. A union, or a vector of unions, has its type codes in the slot before
   * (`slot - 1`); the list of fields holds the union once, under the schema's own name.
   */
  readonly slot: number;
  readonly default: FieldDefault;
  readonly required: boolean;
  readonly deprecated: boolean;
  readonly doc: readonly string[];
  readonly attributes: ReadonlyMap<string, string | undefined>;
  readonly place: Place;
}

export interface TableDef extends Definition {
  readonly kind: 'table';
  /** By slot, ascending; deprecated ones included. */
  readonly fields: readonly TableField[];
  /** True for the envelope that the compiler supplies in the service style. */
  readonly synthetic: boolean;
}

export interface UnionMember {
  /** The alias if it has one, else the type's own name. */
  readonly name: string;
  /** The type code on the wire; 0 is NONE and is not listed. */
  readonly code: number;
  readonly type: Extract<Type, { kind: 'table' | 'struct' | 'string' }>;
  readonly doc: readonly string[];
}

export interface UnionDef extends Definition {
  readonly kind: 'union';
  readonly members: readonly UnionMember[];
  readonly synthetic: boolean;
}

export type Streaming = 'none' | 'client' | 'server' | 'both';

export interface Method {
  /** As declared: `Echo`. */
  readonly name: string;
  /** The request's type code in `requestPayload`, from 1. */
  readonly code: number;
  /** The response's type code in `responsePayload`: in the unions style it may be another. */
  readonly responseCode: number;
  readonly request: TableDef;
  readonly response: TableDef;
  readonly streaming: Streaming;
  readonly idempotent: boolean;
  readonly doc: readonly string[];
  readonly place: Place;
}

/** What a schema declares to call: its methods and the envelope they travel in. */
export interface Contract {
  readonly style: 'unions' | 'service';
  /** Names the client and the service: the rpc_service, or the last part of the namespace. */
  readonly name: string;
  readonly namespace: readonly string[];
  readonly doc: readonly string[];
  readonly methods: readonly Method[];
  readonly callRequest: TableDef;
  readonly callResponse: TableDef;
  readonly requestPayload: UnionDef;
  readonly responsePayload: UnionDef;
}

export interface Schema {
  /** The root file's path as given. */
  readonly file: string;
  /** The root file's text. */
  readonly text: string;
  /** `sha256:` and 64 lowercase hex digits, of the root file's raw bytes. */
  readonly contractHash: string;
  /** Every file read, the root first, then in order of inclusion. */
  readonly files: readonly string[];
  /** Definitions of all files, by namespace and name, sorted. Synthetic ones included. */
  readonly enums: readonly EnumDef[];
  readonly structs: readonly StructDef[];
  readonly tables: readonly TableDef[];
  readonly unions: readonly UnionDef[];
  readonly rootType: TableDef | undefined;
  readonly fileIdentifier: string | undefined;
  readonly fileExtension: string | undefined;
  /** Undefined where the schema declares no methods (allowed for compile() only, not for bindings). */
  readonly contract: Contract | undefined;
}
