/** Node's timers take at most 2^31 - 1 ms; beyond it they would fire at once. About 24 days 20 hours. */
export const MAX_DURATION_MS = 2_147_483_647;

const nanosecondsPer = new Map<string, bigint>([
  ['ns', 1n],
  ['us', 1_000n],
  // The micro sign and the Greek letter: Go takes both.
  ['\u00b5s', 1_000n],
  ['\u03bcs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
]);

const longestText = 64;

/** What a duration looks like, for the JSON Schema. */
export const durationPattern = '^\\+?(0|((\\d+\\.?\\d*|\\.\\d+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h))+)$';

export type Duration = { readonly ms: number } | { readonly wrong: string };

/**
 * Reads a duration as Go writes it: numbers, each with a unit, `"150ms"`, `"1m30s"`, `"1.5h"`, `"0s"`, `"0"`.
 * Gives whole milliseconds, rounded up so that a short time never becomes none, at most `MAX_DURATION_MS`;
 * or what is wrong with the text, to be put after "… ".
 */
export function parseDuration(text: string): Duration {
  if (text.startsWith('-')) return { wrong: 'must not be negative' };
  const unsigned = text.startsWith('+') ? text.slice(1) : text;
  if (unsigned === '0') return { ms: 0 };
  if (unsigned === '' || text.length > longestText) return { wrong: 'is not a duration' };
  let total = 0n;
  const part = /(\d*)(?:\.(\d*))?([^\d.]*)/y;
  while (part.lastIndex < unsigned.length) {
    const [, whole = '', fraction = '', unit = ''] = part.exec(unsigned) ?? [];
    if (whole === '' && fraction === '') return { wrong: 'is not a duration' };
    if (unit === '') return { wrong: 'lacks a unit (ms, s, m or h)' };
    const nanoseconds = nanosecondsPer.get(unit);
    if (nanoseconds === undefined)
      return { wrong: `has the unknown unit "${unit}" (ms, s, m and h are known)` };
    total += BigInt(whole || '0') * nanoseconds;
    total += (BigInt(fraction || '0') * nanoseconds) / 10n ** BigInt(fraction.length);
  }
  const ms = (total + 999_999n) / 1_000_000n;
  if (ms > BigInt(MAX_DURATION_MS)) return { wrong: 'is too long (596h is the most)' };
  return { ms: Number(ms) };
}
