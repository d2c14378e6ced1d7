import type { EnumDef, ScalarName, StructDef, TableDef, Type, UnionDef } from '../../src/model.ts';
import type { Random } from './random.ts';
import type { Fields, UnionValue, Value } from './value.ts';

const ranges: Readonly<Record<string, readonly [bigint, bigint]>> = {
  int8: [-(1n << 7n), (1n << 7n) - 1n],
  uint8: [0n, (1n << 8n) - 1n],
  int16: [-(1n << 15n), (1n << 15n) - 1n],
  uint16: [0n, (1n << 16n) - 1n],
  int32: [-(1n << 31n), (1n << 31n) - 1n],
  uint32: [0n, (1n << 32n) - 1n],
  int64: [-(1n << 63n), (1n << 63n) - 1n],
  uint64: [0n, (1n << 64n) - 1n],
};

const texts = [
  '',
  'a',
  'hello',
  'quote " and \\ back',
  'zürich',
  '漢字',
  '😀 and 👩‍👩‍👧',
  'nul \0 inside',
  'line\nbreak\ttab',
  '\u2028',
  '\ufffd',
  '\u007f\u0080\u07ff\u0800',
];
const maxDepth = 5;
/** Tables in one value, roughly: without a bound a few would be megabytes. */
const maxTables = 60;

/** Makes random values of a schema's types. */
export class RandomValues {
  readonly #random: Random;
  readonly #printableFloats: boolean;
  #tablesLeft = 0;

  /**
   * @param printableFloats only those that flatc's JSON shows exactly: it prints 6 digits after the point for
   *   a float and 12 for a double
   */
  constructor(random: Random, printableFloats: boolean) {
    this.#random = random;
    this.#printableFloats = printableFloats;
  }

  /** A value for a root table. */
  root(table: TableDef): Fields {
    this.#tablesLeft = maxTables;
    return this.#table(table, 0);
  }

  #table(table: TableDef, depth: number): Fields {
    const fields: Fields = new Map();
    const fill = depth >= maxDepth || --this.#tablesLeft < 0 ? 0 : this.#random.pick([0.2, 0.6, 0.9, 1]);
    for (const field of table.fields) {
      if (field.deprecated) continue;
      if (!field.required && !this.#random.chance(fill)) continue;
      const value = this.#value(field.type, depth + 1);
      if (value !== undefined) fields.set(field.name, value);
    }
    return fields;
  }

  #struct(struct: StructDef): Fields {
    return new Map(struct.fields.map(({ name, type }) => [name, this.#value(type, 0) as Value]));
  }

  /** Undefined where the value would nest too deeply. */
  #value(type: Type, depth: number): Value | undefined {
    switch (type.kind) {
      case 'scalar':
        return this.#scalar(type.scalar);
      case 'enum':
        return this.#enum(type.enum);
      case 'string':
        return this.#text();
      case 'struct':
        return this.#struct(type.struct);
      case 'table':
        return depth > maxDepth ? undefined : this.#table(type.table, depth);
      case 'union':
        return depth > maxDepth ? undefined : this.#union(type.union, depth);
      case 'array':
        return Array.from({ length: type.length }, () => this.#value(type.element, depth) as Value);
      case 'vector':
        return this.#vector(type.element, depth);
    }
  }

  #vector(element: Type, depth: number): Value[] {
    const nests = element.kind === 'table' || element.kind === 'union';
    if (nests && (depth > maxDepth || this.#tablesLeft < 0)) return [];
    const length = this.#random.chance(0.03) && !nests ? 70 : this.#random.between(0, nests ? 3 : 6);
    return Array.from({ length }, () => this.#value(element, depth) as Value);
  }

  #union(union: UnionDef, depth: number): UnionValue {
    const member = this.#random.pick(union.members);
    return { member: member.name, value: this.#value(member.type, depth) as Value };
  }

  #text(): string {
    const random = this.#random;
    const text = Array.from({ length: random.between(0, 3) }, () => random.pick(texts)).join('');
    return random.chance(0.04) ? text + 'long '.repeat(random.between(10, 60)) : text;
  }

  #enum(definition: EnumDef): Value {
    const random = this.#random;
    let value = random.pick(definition.values).value;
    if (definition.bitFlags) {
      value = 0n;
      for (const flag of definition.values) if (random.chance(0.5)) value |= flag.value;
    } else if (random.chance(0.1)) {
      // Numbers that an enum does not name come from peers with a later schema.
      return this.#scalar(definition.underlying);
    }
    return definition.underlying.endsWith('64') ? value : Number(value);
  }

  #scalar(scalar: ScalarName): Value {
    const random = this.#random;
    if (scalar === 'bool') return random.chance(0.5);
    if (scalar === 'float32') return this.#float(6, 24);
    if (scalar === 'float64') return this.#float(12, 53);
    const [low, high] = ranges[scalar]!;
    let value = low + (random.bits64() % (high - low + 1n));
    const roll = random.between(0, 9);
    if (roll === 0) value = low;
    else if (roll === 1) value = high;
    else if (roll < 5) value = BigInt(random.between(low < 0n ? -3 : 0, 3));
    return scalar.endsWith('64') ? value : Number(value);
  }

  /** @param digits after the point, in decimal as in binary @param bits of the mantissa */
  #float(digits: number, bits: number): number {
    const random = this.#random;
    const roll = random.between(0, 19);
    if (roll === 0) return Number.NaN;
    if (roll === 1) return Number.POSITIVE_INFINITY;
    if (roll === 2) return Number.NEGATIVE_INFINITY;
    if (roll < 6) return random.between(-3, 3);
    if (!this.#printableFloats && roll < 12) return this.#anyFloat(bits);
    const mantissa = Number(random.bits64() & ((1n << BigInt(random.between(1, bits))) - 1n));
    return (random.chance(0.5) ? -mantissa : mantissa) / 2 ** random.between(0, digits);
  }

  /** Any pattern of bits: huge, tiny, denormal. Not a NaN, whose payload no text can tell. */
  #anyFloat(bits: number): number {
    const view = new DataView(new ArrayBuffer(8));
    view.setBigUint64(0, this.#random.bits64());
    const value = bits === 24 ? view.getFloat32(0) : view.getFloat64(0);
    return Number.isNaN(value) ? 0.5 : value;
  }
}
