import type { EnumDef, ScalarName, StructDef, TableDef, Type, UnionDef } from '../../src/model.ts';
import { type Fields, is64Bit, isUnion, memberType, type UnionValue, type Value } from './value.ts';

/** A number token of flatc's JSON, which JSON.parse would round or reject (`nan`, `-inf`). */
class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Json = null | boolean | string | NumberText | Json[] | Map<string, Json>;

/** Writes a table as JSON that `flatc --binary` reads. */
export function toFlatcJson(table: TableDef, fields: Fields): string {
  return tableText(table, fields);
}

function tableText(table: TableDef, fields: Fields): string {
  const parts: string[] = [];
  for (const { name, type } of table.fields) {
    const value = fields.get(name);
    if (value === undefined) continue;
    // The member has to be known before its value is read.
    if (type.kind === 'union') parts.push(`${quote(`${name}_type`)}: ${quote((value as UnionValue).member)}`);
    if (type.kind === 'vector' && type.element.kind === 'union') {
      const members = (value as UnionValue[]).map(({ member }) => quote(member));
      parts.push(`${quote(`${name}_type`)}: [${members.join(', ')}]`);
    }
    parts.push(`${quote(name)}: ${text(type, value)}`);
  }
  return `{ ${parts.join(', ')} }`;
}

function text(type: Type, value: Value): string {
  if (Array.isArray(value)) {
    const element = (type as Extract<Type, { kind: 'vector' | 'array' }>).element;
    return `[${value.map((item) => text(element, item)).join(', ')}]`;
  }
  if (value instanceof Map)
    return type.kind === 'table' ? tableText(type.table, value) : structText(type, value);
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'object' && isUnion(value)) {
    return text(memberType((type as { union: UnionDef }).union, value.member), value.value);
  }
  if (typeof value !== 'number' || Number.isFinite(value))
    return Object.is(value, -0) ? '-0.0' : String(value);
  return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
}

function structText(type: Type, value: Fields): string {
  const { fields } = (type as { struct: StructDef }).struct;
  return `{ ${fields.map((field) => `${quote(field.name)}: ${text(field.type, value.get(field.name)!)}`).join(', ')} }`;
}

function quote(value: string): string {
  return JSON.stringify(value);
}

/** Reads what `flatc --json --strict-json --defaults-json` wrote of a table. */
export function fromFlatcJson(table: TableDef, source: string): Fields {
  return tableValue(table, new Parser(source).parse());
}

function tableValue(table: TableDef, json: Json): Fields {
  if (!(json instanceof Map)) throw new Error(`flatc wrote no object for a ${table.name}`);
  const fields: Fields = new Map();
  for (const { name, type, deprecated } of table.fields) {
    if (deprecated) continue;
    const found = json.get(name);
    if (found === undefined || found === null) continue;
    const members = json.get(`${name}_type`);
    fields.set(name, value(type, found, members));
  }
  return fields;
}

function value(type: Type, json: Json, members: Json | undefined): Value {
  switch (type.kind) {
    case 'scalar':
      return scalar(type.scalar, json);
    case 'enum':
      return enumValue(type.enum, json);
    case 'string':
      return json as string;
    case 'struct': {
      const fields = json as Map<string, Json>;
      return new Map(
        type.struct.fields.map((field) => [
          field.name,
          value(field.type, fields.get(field.name)!, undefined),
        ]),
      );
    }
    case 'table':
      return tableValue(type.table, json);
    case 'union': {
      const member = members as string;
      return { member, value: value(memberType(type.union, member), json, undefined) };
    }
    default:
      return (json as Json[]).map((item, i) =>
        value(type.element, item, (members as Json[] | undefined)?.[i]),
      );
  }
}

function scalar(name: ScalarName, json: Json): Value {
  if (name === 'bool') return json as boolean;
  return number((json as NumberText).text, is64Bit({ kind: 'scalar', scalar: name }));
}

function number(source: string, wide: boolean): Value {
  if (wide) return BigInt(source);
  if (source.endsWith('nan')) return Number.NaN;
  if (source.endsWith('inf'))
    return source.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(source);
}

/** A name, several names of flags with spaces between, or a number where no name fits. */
function enumValue(definition: EnumDef, json: Json): Value {
  const wide = definition.underlying.endsWith('64');
  if (json instanceof NumberText) return number(json.text, wide);
  let sum = 0n;
  for (const name of (json as string).split(' ')) {
    sum |= definition.values.find((candidate) => candidate.name === name)!.value;
  }
  return wide ? sum : Number(sum);
}

class Parser {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  parse(): Json {
    const token = this.#token();
    if (token === '{') return this.#object();
    if (token === '[') return this.#array();
    if (token === 'null') return null;
    if (token === 'true' || token === 'false') return token === 'true';
    return token.startsWith('"') ? JSON.parse(token) : new NumberText(token);
  }

  #object(): Map<string, Json> {
    const entries = new Map<string, Json>();
    for (let token = this.#token(); token !== '}'; token = this.#token()) {
      if (token === ',') continue;
      this.#token();
      entries.set(JSON.parse(token), this.parse());
    }
    return entries;
  }

  #array(): Json[] {
    const items: Json[] = [];
    for (;;) {
      const before = this.#at;
      const token = this.#token();
      if (token === ']') return items;
      if (token === ',') continue;
      this.#at = before;
      items.push(this.parse());
    }
  }

  #token(): string {
    const pattern = /\s*("(?:[^"\\]|\\.)*"|[-+\w.]+|[[\]{}:,])/sy;
    pattern.lastIndex = this.#at;
    const token = pattern.exec(this.#source)?.[1];
    if (token === undefined) throw new Error(`flatc's JSON cannot be read at ${this.#at}`);
    this.#at = pattern.lastIndex;
    return token;
  }
}
