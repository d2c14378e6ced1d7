import type { Printer } from '../../../printer/index.ts';

/** Prints a tuple on one line where it fits, else one item a line, and what comes after it. */
export function printTuple(printer: Printer, items: readonly string[], after: string): void {
  const flat = `(${items.join(', ')}${items.length === 1 ? ',' : ''})${after}`;
  if (items.length === 0 || printer.fits(flat)) {
    printer.line(flat);
    return;
  }
  printer.line('(');
  printer.indented(() => {
    for (const item of items) printer.line(`${item},`);
  });
  printer.line(`)${after}`);
}
