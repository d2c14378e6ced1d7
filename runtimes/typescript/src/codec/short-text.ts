/** Strings up to this many bytes can be put together by `shortText`. */
export const SHORT_TEXT = 32;

const { fromCharCode } = String;

/**
 * The text of up to 32 bytes, which must be ASCII. One call with all characters as arguments is quicker than a
 * call out of JavaScript, which alone takes 60 to 70 ns. It needs 32 readable bytes from `at` on, however many
 * are wanted.
 */
export function shortText(b: Uint8Array, at: number, length: number): string {
  const text =
    length <= 16
      ? // biome-ignore format: one line for eight
        fromCharCode(
          b[at]!, b[at + 1]!, b[at + 2]!, b[at + 3]!, b[at + 4]!, b[at + 5]!, b[at + 6]!, b[at + 7]!,
          b[at + 8]!, b[at + 9]!, b[at + 10]!, b[at + 11]!, b[at + 12]!, b[at + 13]!, b[at + 14]!, b[at + 15]!,
        )
      : // biome-ignore format: one line for eight
        fromCharCode(
          b[at]!, b[at + 1]!, b[at + 2]!, b[at + 3]!, b[at + 4]!, b[at + 5]!, b[at + 6]!, b[at + 7]!,
          b[at + 8]!, b[at + 9]!, b[at + 10]!, b[at + 11]!, b[at + 12]!, b[at + 13]!, b[at + 14]!, b[at + 15]!,
          b[at + 16]!, b[at + 17]!, b[at + 18]!, b[at + 19]!, b[at + 20]!, b[at + 21]!, b[at + 22]!, b[at + 23]!,
          b[at + 24]!, b[at + 25]!, b[at + 26]!, b[at + 27]!, b[at + 28]!, b[at + 29]!, b[at + 30]!, b[at + 31]!,
        );
  return text.substring(0, length);
}
