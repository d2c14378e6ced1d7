/**
 * Buffer's methods for one encoding each. Node has always had them and its own `write` and `toString` end up
 * there; called directly they save the look-up of the encoding, a third of the cost for a short string.
 */
export interface NativeBuffer extends Buffer {
  latin1Slice(start: number, end: number): string;
  utf8Slice(start: number, end: number): string;
  utf8Write(text: string, offset: number): number;
}
