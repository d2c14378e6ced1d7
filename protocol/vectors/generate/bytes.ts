/** Bytes laid by hand, and their form in the vector files: hex, or parts where one of them repeats. */

/** `times` copies of the bytes `repeat`. */
export interface Repeat {
  readonly repeat: string;
  readonly times: number;
}

/** What a vector file holds for bytes. */
export type Bytes = string | readonly (string | Repeat)[];

export const u8 = (value: number): Buffer => Buffer.of(value);

export function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

export function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

export const text = (value: string): Buffer => Buffer.from(value, 'utf8');
export const hex = (value: string): Buffer => Buffer.from(value.replaceAll(/\s/g, ''), 'hex');

/** One thing after the other: buffers become hex, neighbours join, repeats stay as they are. */
export function bytes(...parts: readonly (Uint8Array | Repeat)[]): Bytes {
  const joined: (string | Repeat)[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (!(part instanceof Uint8Array)) joined.push(part);
    else if (typeof last === 'string') joined[joined.length - 1] = last + Buffer.from(part).toString('hex');
    else joined.push(Buffer.from(part).toString('hex'));
  }
  if (joined.length === 0) return '';
  return joined.length === 1 && typeof joined[0] === 'string' ? joined[0] : joined;
}
