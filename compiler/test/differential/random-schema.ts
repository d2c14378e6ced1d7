import type { Random } from './random.ts';

/** A schema's text, and the same for flatc 2.0.8, which rejects defaults for strings and vectors. */
export interface RandomSchema {
  readonly text: string;
  readonly flatcText: string;
}

interface NamedType {
  readonly name: string;
  readonly namespace: string;
}
interface TableShape extends NamedType {
  defined: boolean;
}
interface EnumShape extends NamedType {
  /** Those that can be defaults. */
  readonly values: readonly string[];
  readonly hasZero: boolean;
}

const integerNames = ['byte', 'ubyte', 'short', 'ushort', 'int', 'uint', 'long', 'ulong'] as const;
const aliases = ['int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'int64', 'uint64'] as const;
const scalarNames = [...integerNames, ...aliases, 'bool', 'float', 'double', 'float32', 'float64'] as const;
const integerBits: Readonly<Record<(typeof integerNames)[number], number>> = {
  byte: 8,
  ubyte: 8,
  short: 16,
  ushort: 16,
  int: 32,
  uint: 32,
  long: 64,
  ulong: 64,
};

/** Field names that are something else in JavaScript, in flatc's classes or in generated code. */
const hostileNames = [
  'constructor',
  'bb',
  'bb_pos',
  '__init',
  '__proto__',
  'delete',
  'class',
  'prototype',
  'then',
  'toString',
  'length',
  'name',
  'value',
  'type',
  'builder',
  'offset',
  'obj',
  'index',
  'fooBar',
  'foo_bar',
  'items_length',
  'items',
  'new',
  'reader',
  'writer',
  'this',
  'default',
  'Upper',
  'trailing_',
  '_leading',
  'with2digits3',
  'hasOwnProperty',
];

/** Writes one schema over all that the compiler supports; the first table, `Root`, is its root. */
export function randomSchema(random: Random): RandomSchema {
  const writer = new SchemaWriter(random);
  return writer.write();
}

class SchemaWriter {
  readonly #random: Random;
  readonly #lines: { text: string; flatc: string }[] = [];
  readonly #enums: EnumShape[] = [];
  readonly #structs: NamedType[] = [];
  readonly #tables: TableShape[] = [];
  readonly #unions: NamedType[] = [];
  readonly #namespaces: readonly string[];
  #current = '';

  constructor(random: Random) {
    this.#random = random;
    this.#namespaces = random.chance(0.5)
      ? ['demo.main']
      : ['demo.main', 'demo.other_part', 'demo.main.Deep'];
  }

  write(): RandomSchema {
    const random = this.#random;
    this.#tables.push({ name: 'Root', namespace: 'demo.main', defined: false });
    for (let i = random.between(0, 3); i > 0; i--) {
      this.#tables.push({ name: `Table${i}`, namespace: random.pick(this.#namespaces), defined: false });
    }
    for (let i = random.between(1, 3); i > 0; i--) this.#enum(`Enum${i}`);
    for (let i = random.between(0, 3); i > 0; i--) this.#struct(`Struct${i}`);
    // flatc 2.0.8 loses track of forward references to other namespaces, so those come first.
    const main = (table: TableShape) => table.namespace === 'demo.main';
    for (const table of this.#tables) if (!main(table)) this.#table(table);
    for (let i = random.between(0, 2); i > 0; i--) this.#union({ name: `Union${i}`, namespace: 'demo.main' });
    for (const table of this.#tables) if (main(table)) this.#table(table);
    this.#enter('demo.main');
    this.#line('root_type Root;');
    if (random.chance(0.3)) this.#line('file_identifier "DIFF";');
    return {
      text: `${this.#lines.map((line) => line.text).join('\n')}\n`,
      flatcText: `${this.#lines.map((line) => line.flatc).join('\n')}\n`,
    };
  }

  #line(text: string, flatc: string = text): void {
    this.#lines.push({ text, flatc });
  }

  #enter(namespace: string): void {
    if (namespace === this.#current) return;
    this.#current = namespace;
    this.#line(`namespace ${namespace};`);
  }

  #reference(type: NamedType): string {
    return type.namespace === this.#current ? type.name : `${type.namespace}.${type.name}`;
  }

  #enum(name: string): void {
    const random = this.#random;
    const namespace = random.pick(this.#namespaces);
    this.#enter(namespace);
    const underlying = random.pick(integerNames);
    const bits = integerBits[underlying];
    const unsigned = underlying.startsWith('u');
    const bitFlags = unsigned && random.chance(0.4);
    const count = random.between(1, 6);
    const values: string[] = [];
    const parts: string[] = [];
    let next: bigint;
    if (bitFlags) next = 0n;
    else if (unsigned) next = BigInt(random.between(0, 3));
    else next = BigInt(random.between(-4, 1));
    const top = bitFlags ? BigInt(bits - 1) : (1n << BigInt(unsigned ? bits : bits - 1)) - 1n;
    let hasZero = bitFlags;
    for (let i = 0; i < count && next <= top; i++) {
      const value = i > 0 && i === count - 1 && random.chance(0.3) ? top : next;
      if (!bitFlags && value === 0n) hasZero = true;
      // flatc's binary form of a schema holds defaults as int64.
      if (value <= (bitFlags ? 62n : 0x7fff_ffff_ffff_ffffn)) values.push(`V${i}`);
      parts.push(`V${i} = ${value}`);
      next = value + BigInt(random.between(1, 3));
    }
    this.#line(`enum ${name}: ${underlying}${bitFlags ? ' (bit_flags)' : ''} { ${parts.join(', ')} }`);
    this.#enums.push({ name, namespace, values, hasZero });
  }

  #struct(name: string): void {
    const random = this.#random;
    const namespace = random.pick(this.#namespaces);
    this.#enter(namespace);
    const fields: string[] = [];
    for (const field of this.#names(random.between(1, 6))) {
      const type = this.#structFieldType();
      const array = random.chance(0.3);
      fields.push(`${field}: ${array ? `[${type}:${random.between(1, 4)}]` : type};`);
    }
    const align = random.chance(0.15) ? ' (force_align: 16)' : '';
    this.#line(`struct ${name}${align} { ${fields.join(' ')} }`);
    this.#structs.push({ name, namespace });
  }

  #structFieldType(): string {
    const random = this.#random;
    const roll = random.between(0, 9);
    if (roll < 2 && this.#structs.length > 0) return this.#reference(random.pick(this.#structs));
    const withZero = this.#enums.filter((shape) => shape.hasZero);
    if (roll < 4 && withZero.length > 0) return this.#reference(random.pick(withZero));
    return random.pick(scalarNames);
  }

  #union(union: NamedType): void {
    const random = this.#random;
    this.#enter(union.namespace);
    this.#unions.push(union);
    const members = random.shuffle(this.#knownTables()).slice(0, random.between(1, 3));
    // Without an alias flatc names a member after its whole path, `demo_main_Table1`, and we just `Table1`.
    const parts = members.map((member) => {
      const type = this.#reference(member);
      return type === member.name ? type : `In${member.name}: ${type}`;
    });
    if (random.chance(0.4) && this.#structs.length > 0) {
      parts.push(`Fixed: ${this.#reference(random.pick(this.#structs))}`);
    }
    if (random.chance(0.4)) parts.push('Text: string');
    if (random.chance(0.3)) parts.push(`Again: ${this.#reference(random.pick(members))}`);
    this.#line(`union ${union.name} { ${parts.join(', ')} }`);
  }

  #table(table: TableShape): void {
    const random = this.#random;
    this.#enter(table.namespace);
    const names = this.#names(random.between(table.name === 'Root' ? 4 : 0, 12));
    const fields = names.map((name) => this.#field(name));
    const ids = random.chance(0.25) ? this.#ids(fields) : undefined;
    this.#line(`table ${table.name} {`);
    for (const field of ids === undefined ? fields : random.shuffle(fields)) {
      const attributes = [...field.attributes];
      const id = ids?.get(field);
      if (id !== undefined) attributes.push(`id: ${id}`);
      const tail = attributes.length > 0 ? ` (${attributes.join(', ')})` : '';
      this.#line(
        `  ${field.name}: ${field.type}${field.default}${tail};`,
        `  ${field.name}: ${field.type}${field.flatcDefault}${tail};`,
      );
    }
    this.#line('}');
    table.defined = true;
  }

  #knownTables(): TableShape[] {
    return this.#tables.filter((table) => table.defined || table.namespace === this.#current);
  }

  #ids(fields: readonly FieldShape[]): Map<FieldShape, number> {
    const ids = new Map<FieldShape, number>();
    let next = 0;
    for (const field of this.#random.shuffle(fields)) {
      if (field.slots === 2) next++;
      ids.set(field, next++);
    }
    return ids;
  }

  #field(name: string): FieldShape {
    const random = this.#random;
    const attributes: string[] = [];
    const roll = random.between(0, 99);
    let type: string;
    let text = '';
    let flatcDefault: string | undefined;
    let slots = 1;
    if (roll < 25) {
      type = random.pick(scalarNames);
      text = this.#scalarDefault(type);
    } else if (roll < 35) {
      const shape = random.pick(this.#enums);
      type = this.#reference(shape);
      if (random.chance(0.2)) text = ' = null';
      else if (!shape.hasZero || random.chance(0.4)) text = ` = ${random.pick(shape.values)}`;
    } else if (roll < 47) {
      type = 'string';
      const kind = random.between(0, 9);
      if (kind < 2) {
        text = ` = "${random.pick(['', 'plain', 'with \\"quotes\\"', 'tab\\tend', 'z\u00fcrich'])}"`;
        flatcDefault = '';
      } else if (kind < 4) attributes.push('required');
    } else if (roll < 55) {
      type = this.#reference(random.pick(this.#knownTables()));
    } else if (roll < 63 && this.#structs.length > 0) {
      type = this.#reference(random.pick(this.#structs));
      if (random.chance(0.2)) attributes.push('required');
    } else if (roll < 70 && this.#unions.length > 0) {
      type = this.#reference(random.pick(this.#unions));
      slots = 2;
    } else if (roll < 75 && this.#unions.length > 0) {
      type = `[${this.#reference(random.pick(this.#unions))}]`;
      slots = 2;
    } else {
      type = `[${this.#elementType()}]`;
      const kind = random.between(0, 9);
      if (kind < 2) {
        text = ' = []';
        flatcDefault = '';
      } else if (kind < 4) attributes.push('required');
    }
    if (attributes.length === 0 && random.chance(0.06)) attributes.push('deprecated');
    return { name, type, default: text, flatcDefault: flatcDefault ?? text, attributes, slots };
  }

  #elementType(): string {
    const random = this.#random;
    const roll = random.between(0, 9);
    if (roll < 4) return random.pick(scalarNames);
    if (roll < 5) return 'string';
    if (roll < 6) return this.#reference(random.pick(this.#enums));
    if (roll < 8 && this.#structs.length > 0) return this.#reference(random.pick(this.#structs));
    return this.#reference(random.pick(this.#knownTables()));
  }

  #scalarDefault(type: string): string {
    const random = this.#random;
    if (random.chance(0.2)) return ' = null';
    if (random.chance(0.4)) return '';
    if (type === 'bool') return ` = ${random.pick(['true', 'false'])}`;
    if (type.startsWith('float') || type === 'double') {
      return ` = ${random.pick(['1.5', '-0.25', '3', 'nan', 'inf', '-inf', '1e3'])}`;
    }
    const unsigned = type.startsWith('u');
    return ` = ${random.pick(unsigned ? ['1', '0x7f', '200'] : ['-1', '0x7f', '100', '-128'])}`;
  }

  #names(count: number): string[] {
    const hostile = this.#random.shuffle(hostileNames);
    return Array.from({ length: count }, (_, i) => {
      const unlike = this.#random.chance(0.15) ? hostile.pop() : undefined;
      return unlike ?? `field_${i}`;
    });
  }
}

interface FieldShape {
  readonly name: string;
  readonly type: string;
  readonly default: string;
  readonly flatcDefault: string;
  readonly attributes: readonly string[];
  readonly slots: number;
}
