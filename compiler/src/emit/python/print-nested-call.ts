import type { Printer } from '../../printer/index.ts';

/**
 * Prints an expression that ends with a call, `return Some(a=1, b=Other(2))`, broken as the formatter does it: all
 * arguments on a line of their own where they fit, else one a line, and those that are calls likewise.
 */
export function printNestedCall(printer: Printer, text: string, after = ''): void {
  if (printer.fits(`${text}${after}`)) {
    printer.line(`${text}${after}`);
    return;
  }
  const parts = takeApart(text);
  if (parts === undefined) {
    // A name or a number cannot be broken.
    printer.line(`${text}${after}  # noqa: E501`);
    return;
  }
  const { open, items, close } = parts;
  printer.line(open);
  printer.indented(() => {
    const flat = items.join(', ');
    if (printer.fits(flat)) printer.line(flat);
    else for (const item of items) printNestedCall(printer, item, ',');
  });
  printer.line(`${close}${after}`);
}

/** What stands before the arguments of the outermost call, they, and its bracket; undefined where it is no call. */
function takeApart(text: string): { open: string; items: string[]; close: string } | undefined {
  const first = text.search(/[([]/);
  if (first < 0 || !/[)\]]$/.test(text)) return undefined;
  const items: string[] = [];
  let depth = 0;
  let from = first + 1;
  let quote = '';
  for (let at = first + 1; at < text.length - 1; at++) {
    const character = text[at]!;
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '"') quote = character;
    else if ('(['.includes(character)) depth++;
    else if (')]'.includes(character)) depth--;
    else if (character === ',' && depth === 0) {
      items.push(text.slice(from, at).trim());
      from = at + 1;
    }
  }
  items.push(text.slice(from, -1).trim());
  return items.join('') === '' ? undefined : { open: text.slice(0, first + 1), items, close: text.at(-1)! };
}
