import { inspect, styleText } from 'node:util';

const margin = '  ';

/** Begins a step. */
export function heading(title: string): void {
  process.stdout.write(`\n${styleText('bold', title)}\n\n`);
}

export function say(text: string): void {
  process.stdout.write(indent(text));
}

/** What a program printed or an error said, word for word. */
export function quote(text: string): void {
  process.stdout.write(indent(text, styleText('dim', '| ')));
}

export function showCall(call: string, answer: unknown, milliseconds: number): void {
  const took = styleText('dim', formatMs(milliseconds));
  process.stdout.write(`${margin}${call.padEnd(56)} ${took}\n${margin}  -> ${inspect(answer)}\n`);
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
  const layOut = (line: readonly string[]) =>
    line
      .map((cell, at) =>
        columns[at]!.align === 'left' ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!),
      )
      .join('   ')
      .trimEnd();
  say(styleText('underline', layOut(columns.map(({ title }) => title))));
  for (const line of cells) say(layOut(line));
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

function indent(text: string, mark = ''): string {
  return text
    .split('\n')
    .map((line) => `${margin}${mark}${line}\n`)
    .join('');
}
