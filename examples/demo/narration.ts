import { inspect, styleText } from 'node:util';

const WIDTH = 100;
const MARGIN = '  ';

/** Begins a step. */
export function heading(title: string): void {
  print('', styleText('bold', title), '');
}

/** A paragraph, and an empty line after it. */
export function say(text: string): void {
  print(...wrap(text, WIDTH - MARGIN.length).map((line) => MARGIN + line), '');
}

/** What a file holds, a program printed or an error said, word for word; an empty line after it. */
export function quote(text: string): void {
  const mark = `${MARGIN}${styleText('dim', '│')} `;
  const lines = text.trimEnd().split('\n');
  print(...lines.flatMap((line) => wrap(line, WIDTH - MARGIN.length - 2)).map((line) => mark + line), '');
}

export function showCall(call: string, answer: unknown, tookMs: number): void {
  print(
    `${MARGIN}${call.padEnd(60)}${styleText('dim', formatMs(tookMs))}`,
    `${MARGIN}  -> ${inspect(answer)}`,
    '',
  );
}

export interface Column<Row> {
  readonly title: string;
  readonly align: 'left' | 'right';
  readonly text: (row: Row) => string;
}

export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): void {
  const cells = rows.map((row) => columns.map(({ text }) => text(row)));
  const widths = columns.map(({ title }, at) =>
    Math.max(title.length, ...cells.map((line) => line[at]!.length)),
  );
  const layOut = (line: readonly string[]) => {
    const padded = line.map((cell, at) =>
      columns[at]!.align === 'left' ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!),
    );
    return MARGIN + padded.join('   ').trimEnd();
  };
  const titles = layOut(columns.map(({ title }) => title));
  print(styleText('dim', titles), ...cells.map(layOut), '');
}

/** Milliseconds as a person reads them: `0.42 ms`, `17 ms`, `1.03 s`. */
export function formatMs(milliseconds: number): string {
  if (milliseconds < 10) return `${milliseconds.toFixed(2)} ms`;
  return milliseconds < 1_000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1_000).toFixed(2)} s`;
}

export function formatCount(count: number): string {
  return count.toLocaleString('en');
}

/** Ends the demo, with exit code 1, where it cannot show what it says. */
export function claim(isSo: boolean, what: string): asserts isSo {
  if (!isSo) throw new Error(`the demo cannot show that ${what}`);
}

function print(...lines: string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** Breaks at spaces; keeps the spaces a line begins with. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = text;
  while (line.length > width) {
    const space = line.lastIndexOf(' ', width);
    const at = line.slice(0, space).trim() === '' ? line.indexOf(' ', width) : space;
    if (at === -1) break;
    lines.push(line.slice(0, at));
    line = line.slice(at + 1);
  }
  return [...lines, line];
}
