/** Seeded, so that what failed can be run again. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 to 2^32 - 1 (mulberry32). */
  uint32(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let x = this.#state;
    x = Math.imul(x ^ (x >>> 15), x | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return (x ^ (x >>> 14)) >>> 0;
  }

  /** From 0 to `limit` - 1. */
  below(limit: number): number {
    return this.uint32() % limit;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item;
  }
}

const hostile = [0, 1, 2, 0x7f, 0x80, 0xfe, 0xff];

/** A copy with a few bytes, or a stretch, changed, cut, doubled or put elsewhere. */
export function mutate(bytes: Buffer, random: Random): Buffer {
  let result = Buffer.from(bytes);
  for (let times = 1 + random.below(4); times > 0; times--) {
    if (result.length === 0) return Buffer.from([random.below(256)]);
    const at = random.below(result.length);
    const length = Math.min(1 + random.below(16), result.length - at);
    switch (random.below(6)) {
      case 0:
        result[at] = (result[at] as number) ^ (1 << random.below(8));
        break;
      case 1:
        result[at] = random.pick(hostile);
        break;
      case 2:
        result.fill(random.pick(hostile), at, at + length);
        break;
      case 3:
        result = Buffer.concat([result.subarray(0, at), result.subarray(at + length)]);
        break;
      case 4:
        result = Buffer.concat([result.subarray(0, at + length), result.subarray(at)]);
        break;
      case 5:
        result = result.subarray(0, at);
        break;
    }
  }
  return result;
}

/** The bytes in chunks of random lengths. */
export function* chunks(bytes: Buffer, random: Random): Generator<Buffer> {
  const longest = random.pick([1, 7, 100, 100_000]);
  for (let at = 0; at < bytes.length; ) {
    const length = 1 + random.below(longest);
    yield bytes.subarray(at, at + length);
    at += length;
  }
}
