import type { Printer } from './printer.ts';

/**
 * Prints a statement or expression. Where it is too long for a line and is a call, or ends in one, its
 * arguments go one a line: `head(`, `first,`, `second,`, `);`.
 */
export function printBreakable(printer: Printer, text: string): void {
  const call = printer.fits(text) ? undefined : splitCall(text);
  if (call === undefined) printer.line(text);
  else printer.list(call.open, call.items, call.close);
}

export interface Call {
  readonly open: string;
  readonly items: readonly string[];
  readonly close: string;
}

/** Finds the call that ends the text: the bracket that the last one closes, and what lies between them. */
export function splitCall(text: string): Call | undefined {
  const end = text.lastIndexOf(')');
  const tail = text.slice(end);
  if (end < 0 || !/^\)[;,]?$/.test(tail)) return undefined;
  let depth = 0;
  let quote = '';
  const opens: number[] = [];
  const commas: { at: number; depth: number }[] = [];
  for (let i = 0; i < end; i++) {
    const character = text.charAt(i);
    if (quote !== '') {
      if (character === '\\') i++;
      else if (character === quote) quote = '';
    } else if (character === "'" || character === '"' || character === '`') quote = character;
    else if ('([{'.includes(character)) opens[depth++] = i;
    else if (')]}'.includes(character)) depth--;
    else if (character === ',') commas.push({ at: i, depth });
  }
  const open = opens[depth - 1];
  // A bracket that follows no name only groups.
  if (depth === 0 || open === undefined || !/[\w$>]\($/.test(text.slice(0, open + 1))) return undefined;
  const start = open + 1;
  const cuts = commas.filter((comma) => comma.depth === depth && comma.at > start).map((comma) => comma.at);
  const items = [start, ...cuts.map((at) => at + 1)].map((from, n) =>
    text.slice(from, cuts[n] ?? end).trim(),
  );
  return items.join('') === '' ? undefined : { open: text.slice(0, start), items, close: tail };
}
