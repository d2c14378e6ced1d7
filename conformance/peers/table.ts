import { ByteBuffer } from 'flatbuffers';

/** A table of a FlatBuffer, by the official library: its fields by slot. */
export class Table {
  readonly #bytes: ByteBuffer;
  readonly #at: number;

  constructor(bytes: ByteBuffer, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  static root(payload: Uint8Array): Table {
    const bytes = new ByteBuffer(payload);
    return new Table(bytes, bytes.readInt32(0));
  }

  string(slot: number): string | undefined {
    const at = this.#find(slot);
    return at === undefined ? undefined : (this.#bytes.__string(at) as string);
  }

  uint16(slot: number): number {
    const at = this.#find(slot);
    return at === undefined ? 0 : this.#bytes.readUint16(at);
  }

  uint64(slot: number): bigint {
    const at = this.#find(slot);
    return at === undefined ? 0n : this.#bytes.readUint64(at);
  }

  uint8(slot: number): number {
    const at = this.#find(slot);
    return at === undefined ? 0 : this.#bytes.readUint8(at);
  }

  table(slot: number): Table | undefined {
    const at = this.#find(slot);
    return at === undefined ? undefined : new Table(this.#bytes, this.#bytes.__indirect(at));
  }

  bytes(slot: number): Buffer | undefined {
    const at = this.#find(slot);
    if (at === undefined) return undefined;
    const start = this.#bytes.__vector(at);
    return Buffer.from(this.#bytes.bytes().subarray(start, start + this.#bytes.__vector_len(at)));
  }

  #find(slot: number): number | undefined {
    const offset = this.#bytes.__offset(this.#at, 4 + 2 * slot);
    return offset === 0 ? undefined : this.#at + offset;
  }
}
