import { fileURLToPath } from 'node:url';
import { loadSchema, type Method, type Schema, type TableDef, type Type } from '@pluginart/compiler';
import { type BytesNotation, parseBytes, reportBytes } from '../../src/notation/bytes.ts';

type Values = Record<string, unknown>;

export const schemaPath = fileURLToPath(import.meta.resolve('@pluginart/conformance/package.json')).replace(
  /package\.json$/,
  'schema/conformance.fbs',
);

const schema: Schema = (() => {
  const loaded = loadSchema(schemaPath);
  if (loaded.schema?.contract === undefined) throw new Error(`${schemaPath} has errors`);
  return loaded.schema;
})();

/** The method of that name, `DescribeProcess`. */
export function findMethod(name: string): Method {
  const method = schema.contract?.methods.find((one) => one.name === name);
  if (method === undefined) throw new Error(`the contract has no method ${name}`);
  return method;
}

/** A plain value of generated code for what a suite says: see src/notation/README.md. */
export function fromNotation(table: TableDef, notation: unknown): Values {
  return readFields(table.fields, notation as Values);
}

export function toNotation(table: TableDef, value: object): Values {
  return writeFields(table.fields, value as Values);
}

type Fields = readonly { readonly name: string; readonly type: Type }[];

function readFields(fields: Fields, notation: Values): Values {
  const known = new Set(fields.map(({ name }) => name));
  const unknown = Object.keys(notation).find((key) => !known.has(key));
  if (unknown !== undefined) throw new Error(`there is no field ${unknown}`);
  return Object.fromEntries(
    fields
      .filter(({ name }) => notation[name] !== undefined)
      .map(({ name, type }) => [camelCase(name), read(type, notation[name])]),
  );
}

function writeFields(fields: Fields, value: Values): Values {
  return Object.fromEntries(
    fields
      .filter(({ name }) => value[camelCase(name)] !== undefined)
      .map(({ name, type }) => [name, write(type, value[camelCase(name)])]),
  );
}

function read(type: Type, notation: unknown): unknown {
  switch (type.kind) {
    case 'scalar':
      return readScalar(type.scalar, notation);
    case 'enum':
      return readScalar(type.enum.underlying, notation);
    case 'string':
      return notation;
    case 'struct':
      return readFields(type.struct.fields, notation as Values);
    case 'table':
      return readFields(type.table.fields, notation as Values);
    case 'union': {
      const { type: name, value } = notation as { type: string; value: unknown };
      return { type: name, value: read(memberOf(type, name), value) };
    }
    case 'vector':
      if (isBytes(type)) return parseBytes(notation as BytesNotation);
      return (notation as unknown[]).map((item) => read(type.element, item));
    case 'array':
      return (notation as unknown[]).map((item) => read(type.element, item));
  }
}

function write(type: Type, value: unknown): unknown {
  switch (type.kind) {
    case 'scalar':
    case 'enum':
      return writeScalar(value);
    case 'string':
      return value;
    case 'struct':
      return writeFields(type.struct.fields, value as Values);
    case 'table':
      return writeFields(type.table.fields, value as Values);
    case 'union': {
      const { type: name, value: member } = value as { type: string; value: unknown };
      return { type: name, value: write(memberOf(type, name), member) };
    }
    case 'vector':
      if (isBytes(type)) return reportBytes(value as Uint8Array);
      return [...(value as Iterable<unknown>)].map((item) => write(type.element, item));
    case 'array':
      return [...(value as Iterable<unknown>)].map((item) => write(type.element, item));
  }
}

function memberOf(type: Extract<Type, { kind: 'union' }>, name: string): Type {
  const member = type.union.members.find((one) => one.name === name);
  if (member === undefined) throw new Error(`${type.union.name} has no member ${name}`);
  return member.type;
}

function isBytes(type: Extract<Type, { kind: 'vector' }>): boolean {
  return type.element.kind === 'scalar' && type.element.scalar === 'uint8';
}

function readScalar(scalar: string, notation: unknown): unknown {
  if (scalar === 'int64' || scalar === 'uint64') return BigInt(notation as string);
  return scalar.startsWith('float') ? Number(notation) : notation;
}

function writeScalar(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0)))
    return Object.is(value, -0) ? '-0' : String(value);
  return value;
}

function camelCase(name: string): string {
  return name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
