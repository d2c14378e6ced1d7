/** A value with matchers in it: see match.ts. */
export type Expected = unknown;

/** Of a call's error; what is left out is not looked at. `code` is a name of PROTOCOL.md, section 16, a number, or a matcher. */
export interface ExpectedError {
  readonly code: string | number | object;
  /** Regular expressions that the message must match. */
  readonly says?: readonly string[];
  readonly [field: string]: Expected;
}
