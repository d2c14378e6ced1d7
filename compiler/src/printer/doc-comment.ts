import type { Printer } from './printer.ts';

/** Prints a `/** ... *\/` comment; nothing where there are no lines. A comment's end within the text is defused. */
export function printBlockDoc(printer: Printer, doc: readonly string[]): void {
  const lines = clean(doc).map((line) => line.replaceAll('*/', '* /'));
  if (lines.length === 0) return;
  const only = `/** ${lines[0]} */`;
  if (lines.length === 1 && printer.fits(only)) {
    printer.line(only);
    return;
  }
  printer.line('/**');
  for (const line of lines) printer.line(line === '' ? ' *' : ` * ${line}`);
  printer.line(' */');
}

/** Prints lines that each begin with `prefix`, as `//` or `#`. */
export function printLineDoc(printer: Printer, doc: readonly string[], prefix: string): void {
  for (const line of clean(doc)) printer.line(line === '' ? prefix : `${prefix} ${line}`);
}

/** Without empty lines at either end, and without characters that would end a line of source. */
function clean(doc: readonly string[]): string[] {
  const lines = doc.map((line) => line.replace(/[\r\n\u2028\u2029]/g, ' ').trimEnd());
  while (lines[0] === '') lines.shift();
  while (lines.at(-1) === '') lines.pop();
  return lines;
}
