import type { Printer } from '../../../printer/index.ts';

/** `type Name = A | B;` on one line where it fits, else one member a line. `open` ends with the equals sign. */
export function printUnionType(printer: Printer, open: string, types: readonly string[]): void {
  const flat = `${open} ${types.join(' | ')};`;
  if (types.length === 1 || printer.fits(flat)) {
    printer.line(flat);
    return;
  }
  printer.line(open);
  printer.indented(() => {
    types.forEach((type, index) => {
      printer.line(`| ${type}${index === types.length - 1 ? ';' : ''}`);
    });
  });
}
