/**
 * SHA-256 (FIPS 180-4). Node's own does the same, but loading `node:crypto` takes longer than all of
 * the compiler's work on a usual schema, and a schema is small.
 */

const roundConstants = fractionsOf(64, (prime) => prime ** (1 / 3));
const initialState = fractionsOf(8, Math.sqrt);

/** The hash as 64 lowercase hex digits. */
export function sha256(bytes: Uint8Array): string {
  const state = initialState.slice();
  const padded = pad(bytes);
  const schedule = new Int32Array(64);
  for (let at = 0; at < padded.byteLength; at += 64) addBlock(state, padded, at, schedule);
  return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

/** The message, a 1 bit, zeros, and the message's length in bits as 64 bits: whole blocks of 64 bytes. */
function pad(bytes: Uint8Array): DataView {
  const padded = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(bytes.length) * 8n);
  return view;
}

function addBlock(state: Int32Array, message: DataView, at: number, w: Int32Array): void {
  for (let i = 0; i < 16; i += 1) w[i] = message.getInt32(at + 4 * i);
  for (let i = 16; i < 64; i += 1) {
    const early = w[i - 15]!;
    const late = w[i - 2]!;
    const s0 = rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3);
    const s1 = rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10);
    w[i] = w[i - 16]! + s0 + w[i - 7]! + s1;
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  for (let i = 0; i < 64; i += 1) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const choice = (e & f) ^ (~e & g);
    const first = (h + s1 + choice + roundConstants[i]! + w[i]!) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + s0 + majority) | 0];
  }
  for (const [i, word] of [a, b, c, d, e, f, g, h].entries()) state[i]! += word;
}

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

/** The first 32 bits after the point of the roots of the first primes: where the standard's constants come from. */
function fractionsOf(count: number, root: (prime: number) => number): Int32Array {
  const fractions = new Int32Array(count);
  const primes: number[] = [];
  for (let candidate = 2; primes.length < count; candidate += 1) {
    if (primes.some((prime) => candidate % prime === 0)) continue;
    fractions[primes.length] = Math.floor((root(candidate) % 1) * 2 ** 32);
    primes.push(candidate);
  }
  return fractions;
}
