import { type Printer, printLineDoc } from '../../printer/index.ts';

/**
 * Prints a `//` comment so that gofmt leaves it alone: it would set lists and code apart, gather link definitions,
 * and turn doubled quotes into typographic ones.
 */
export function printDoc(printer: Printer, doc: readonly string[]): void {
  const lines = doc.map((line) =>
    line
      .trim()
      .replace(/\s+/g, ' ')
      .replace(/``/g, "'")
      .replace(/''/g, "'")
      .replace(/^#+ /, '')
      .replace(/^(\[[^\]]*\]):/, '$1 :'),
  );
  printLineDoc(
    printer,
    lines.filter((line, n) => line !== '' || lines[n - 1] !== ''),
    '//',
  );
}
