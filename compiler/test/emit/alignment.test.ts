import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { Writer } from '../../../runtimes/typescript/src/codec/index.ts';
import type { ScalarName, TableDef, Type } from '../../src/model.ts';
import { type Dynamic, loadModule, makeFolder, schemaNamed } from './generated.ts';
import { everything } from './rich-value.ts';

const folder = makeFolder();
const schema = schemaNamed('rich');
let codecs: Dynamic;
before(async () => {
  codecs = await loadModule(schema, 'plugin', 'codecs', folder.path);
});
after(() => folder.remove());

const scalarBytes = (scalar: ScalarName): number =>
  scalar === 'bool' ? 1 : Number(scalar.replace(/\D+/, '')) / 8;

/** Walks a message by the schema and checks what readers in other languages rely on: that all lies aligned. */
class Walk {
  readonly #bytes: Buffer;
  /** For each byte, how often it is part of an object. */
  readonly used: Uint8Array;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.used = new Uint8Array(bytes.length);
  }

  root(table: TableDef): void {
    this.#use(0, 4, 4, 'root');
    this.#table(this.#follow(0), table);
  }

  #table(at: number, table: TableDef): void {
    const vtable = at - this.#bytes.readInt32LE(at);
    const vtableBytes = this.#bytes.readUInt16LE(vtable);
    assert.equal(vtable % 2, 0, `vtable of ${table.name}`);
    if (this.used[vtable] === 0) this.#use(vtable, vtableBytes, 2, 'vtable');
    this.#use(at, 4, 4, table.name);
    const place = (slot: number) =>
      4 + 2 * slot < vtableBytes ? this.#bytes.readUInt16LE(vtable + 4 + 2 * slot) : 0;
    for (const { name, type, slot } of table.fields) {
      const label = `${table.name}.${name}`;
      const offset = place(slot);
      if (offset === 0) continue;
      if (type.kind === 'union') {
        const codeAt = at + place(slot - 1);
        this.#use(codeAt, 1, 1, label);
        this.#use(at + offset, 4, 4, label);
        this.#member(type, this.#bytes[codeAt]!, at + offset, label);
      } else if (type.kind === 'vector' && type.element.kind === 'union') {
        const codes = this.#follow(at + place(slot - 1));
        this.#use(at + place(slot - 1), 4, 4, label);
        this.#use(at + offset, 4, 4, label);
        const count = this.#bytes.readUInt32LE(codes);
        this.#use(codes, 4 + count, 4, label);
        const values = this.#follow(at + offset);
        this.#use(values, 4 + 4 * count, 4, label);
        const union = type.element;
        for (let i = 0; i < count; i++)
          this.#member(union, this.#bytes[codes + 4 + i]!, values + 4 + 4 * i, label);
      } else {
        this.#value(at + offset, type, label);
      }
    }
  }

  #member({ union }: Extract<Type, { kind: 'union' }>, code: number, slot: number, label: string): void {
    const { type } = union.members.find((member) => member.code === code)!;
    if (type.kind === 'struct') this.#use(this.#follow(slot), type.struct.size, type.struct.alignment, label);
    else this.#target(this.#follow(slot), type, label);
  }

  #value(at: number, type: Type, label: string): void {
    if (type.kind === 'scalar') this.#use(at, scalarBytes(type.scalar), scalarBytes(type.scalar), label);
    else if (type.kind === 'enum')
      this.#use(at, scalarBytes(type.enum.underlying), scalarBytes(type.enum.underlying), label);
    else if (type.kind === 'struct') this.#use(at, type.struct.size, type.struct.alignment, label);
    else {
      this.#use(at, 4, 4, label);
      this.#target(this.#follow(at), type, label);
    }
  }

  #target(at: number, type: Type, label: string): void {
    if (type.kind === 'table') this.#table(at, type.table);
    else if (type.kind === 'string') {
      const length = this.#bytes.readUInt32LE(at);
      this.#use(at, 4 + length + 1, 4, label);
    } else if (type.kind === 'vector') {
      const { element } = type;
      const count = this.#bytes.readUInt32LE(at);
      this.#use(at, 4, 4, label);
      const bytes =
        element.kind === 'struct'
          ? element.struct.size
          : element.kind === 'scalar'
            ? scalarBytes(element.scalar)
            : element.kind === 'enum'
              ? scalarBytes(element.enum.underlying)
              : 4;
      for (let i = 0; i < count; i++) this.#value(at + 4 + bytes * i, element, `${label}[${i}]`);
    }
  }

  #follow(at: number): number {
    return at + this.#bytes.readUInt32LE(at);
  }

  #use(at: number, bytes: number, alignment: number, label: string): void {
    assert.equal(at % alignment, 0, `${label} at ${at} is not aligned to ${alignment}`);
    for (let i = at; i < at + bytes; i++) {
      assert.equal(this.used[i], 0, `${label} at ${at} overlaps with something else`);
      this.used[i] = 1;
    }
  }
}

it('everything written is aligned from the start of its message, overlaps nothing, and padding is zero', () => {
  const table = schema.tables.find(({ name }) => name === 'EverythingRequest')!;
  const writer = new Writer(64);
  for (let offset = 0; offset < 9; offset++) {
    writer.position = 0;
    writer.bytes.fill(0xaa);
    writer.position = offset;
    for (const value of everything) {
      const start = writer.position;
      codecs.encodeEverythingRequest(writer, writer.begin(), value, 1);
      const bytes = writer.bytes.subarray(start, writer.position);
      const walk = new Walk(bytes);
      walk.root(table);
      bytes.forEach((byte, at) => {
        if (walk.used[at] === 0) assert.equal(byte, 0, `padding at ${at}`);
      });
    }
  }
});
