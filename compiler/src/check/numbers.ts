/** More digits than any 64-bit number has, with room for a person's leading zeros. */
const MAX_DIGITS = 80;

/** The value of a whole number, decimal or `0x`, with or without a sign; undefined where it is none. */
export function parseInteger(text: string): bigint | undefined {
  const match = /^([+-]?)(0[xX][0-9a-fA-F]+|[0-9]+)$/.exec(text);
  const digits = match?.[2];
  if (digits === undefined) return undefined;
  const magnitude = digits.length > MAX_DIGITS ? 1n << 256n : BigInt(digits);
  return match?.[1] === '-' ? -magnitude : magnitude;
}

/**
 * The value of a floating-point number: decimal, hexadecimal with a `p` exponent, `nan`, `inf` or
 * `infinity` in any case and with a sign; undefined where it is none. A number that is too large
 * comes out infinite.
 */
export function parseFloatingPoint(text: string): number | undefined {
  const word = /^([+-]?)(nan|inf|infinity)$/i.exec(text);
  if (word !== null) {
    if (word[2]?.toLowerCase() === 'nan') return Number.NaN;
    return word[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  if (/^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/.test(text)) return Number(text);
  const hex = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?[0-9]+)$/.exec(text);
  if (hex === null) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = hex;
  if (whole + fraction === '') return undefined;
  const mantissa = Number(`0x${whole}${fraction}`);
  const value = scale(mantissa, Number(exponent) - 4 * fraction.length);
  return sign === '-' ? -value : value;
}

/** `mantissa * 2 ** exponent`, in steps that neither overflow nor vanish on the way. */
function scale(mantissa: number, exponent: number): number {
  const step = Math.sign(exponent) * 1000;
  let value = mantissa;
  let left = exponent;
  while (Math.abs(left) > 1000 && value !== 0 && Number.isFinite(value)) {
    value *= 2 ** step;
    left -= step;
  }
  return Math.abs(left) > 1000 ? value : value * 2 ** left;
}
