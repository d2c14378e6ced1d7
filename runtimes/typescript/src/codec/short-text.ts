/** Strings up to this many bytes can be put together by `shortText`. */
export const SHORT_TEXT = 16;

const { fromCharCode } = String;

/**
 * The text of up to 16 bytes that end before `end`; they must be ASCII. One call with all characters as
 * arguments takes half as long as a call out of JavaScript does. There is one for all lengths: it takes in the
 * bytes before, which a message always has, and cuts them off.
 */
export function shortText(bytes: Uint8Array, end: number, length: number): string {
  const text = fromCharCode(
    bytes[end - 16]!,
    bytes[end - 15]!,
    bytes[end - 14]!,
    bytes[end - 13]!,
    bytes[end - 12]!,
    bytes[end - 11]!,
    bytes[end - 10]!,
    bytes[end - 9]!,
    bytes[end - 8]!,
    bytes[end - 7]!,
    bytes[end - 6]!,
    bytes[end - 5]!,
    bytes[end - 4]!,
    bytes[end - 3]!,
    bytes[end - 2]!,
    bytes[end - 1]!,
  );
  return text.substring(16 - length);
}
