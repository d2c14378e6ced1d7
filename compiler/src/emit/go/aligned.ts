import type { Printer } from '../../printer/index.ts';
import { printDoc } from './doc-comment.ts';

/** One line of a block whose columns gofmt aligns. */
export interface Row {
  readonly doc?: readonly string[];
  /** Of which all but the last are padded. */
  readonly cells: readonly string[];
}

/** Prints rows as gofmt would: columns are aligned from one comment to the next. */
export function printRows(printer: Printer, rows: readonly Row[]): void {
  let section: (readonly string[])[] = [];
  const flush = (): void => {
    const widths = section.reduce<number[]>(
      (all, cells) => cells.map((cell, n) => Math.max(all[n] ?? 0, columns(cell))),
      [],
    );
    for (const cells of section) {
      const last = cells.length - 1;
      printer.line(
        cells.map((cell, n) => (n === last ? cell : cell + ' '.repeat(widths[n]! - columns(cell)))).join(' '),
      );
    }
    section = [];
  };
  for (const { doc = [], cells } of rows) {
    if (doc.some((line) => line.trim() !== '')) flush();
    printDoc(printer, doc);
    section.push(cells);
  }
  flush();
}

/** Prints `key: value,` lines of a composite literal, aligned as gofmt does it. */
export function printKeyed(
  printer: Printer,
  pairs: readonly (readonly [key: string, value: string])[],
): void {
  let section: Row[] = [];
  let previous = 0;
  let logarithms = 0;
  for (const [key, value] of pairs) {
    const size = columns(key);
    if (section.length > 0 && !isAligned(size, previous, Math.exp(logarithms / section.length))) {
      printRows(printer, section);
      section = [];
      logarithms = 0;
    }
    section.push({ cells: [`${key}:`, `${value},`] });
    logarithms += Math.log(size);
    previous = size;
  }
  printRows(printer, section);
}

/** gofmt's own rule: long keys that differ much in length are not aligned. */
function isAligned(size: number, previous: number, mean: number): boolean {
  if (previous <= 40 && size <= 40) return true;
  const ratio = size / mean;
  return 2.5 * ratio > 1 && ratio < 2.5;
}

function columns(text: string): number {
  return [...text].length;
}
