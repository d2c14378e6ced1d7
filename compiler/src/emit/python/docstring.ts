import type { Printer } from '../../printer/index.ts';

/** As wide as the code. */
const WIDTH = 120;

/** Prints a docstring; `fallback` where the schema has no words of its own. */
export function printDocstring(
  printer: Printer,
  doc: readonly string[],
  fallback?: string,
  indent = 4,
): void {
  const lines = clean(doc, WIDTH - indent - 6);
  if (lines.length === 0 && fallback !== undefined) lines.push(fallback);
  const last = lines.at(-1);
  if (last === undefined) return;
  if (lines.length === 1) {
    printer.line(`"""${last.endsWith('"') ? `${last} ` : last}"""`);
    return;
  }
  printer.line(`"""${lines[0]}`);
  for (const line of lines.slice(1)) printer.line(line);
  printer.line('"""');
}

/** Wrapped to the width, without empty lines at either end, and without what would end the string or escape in it. */
function clean(doc: readonly string[], width: number): string[] {
  const lines = doc
    .map((line) =>
      line
        .replace(/[\p{Cc}\u2028\u2029]/gu, ' ')
        .replaceAll('\\', '\\\\')
        .replaceAll('"""', "'''")
        .trimEnd(),
    )
    .flatMap((line) => wrap(line, width));
  while (lines[0] === '') lines.shift();
  while (lines.at(-1) === '') lines.pop();
  // The formatter would take the indentation of the first line away.
  if (lines[0] !== undefined) lines[0] = lines[0].trimStart();
  return lines;
}

function wrap(line: string, width: number): string[] {
  const lines: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const cut = rest.lastIndexOf(' ', width);
    const end = cut > 0 && rest.slice(0, cut).trim() !== '' ? cut : rest.indexOf(' ', width);
    if (end < 0) break;
    lines.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end + 1).trimStart();
  }
  return [...lines, rest];
}
