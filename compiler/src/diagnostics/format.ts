import type { Diagnostic } from './diagnostic.ts';

export interface FormatOptions {
  /** Whether to write ANSI colours. */
  readonly color: boolean;
}

/** ANSI escapes. Node's `styleText` gives the same, and costs a compiler's start-up to load. */
const styles = {
  bold: '\u001b[1m',
  error: '\u001b[1;31m',
  warning: '\u001b[1;33m',
  hint: '\u001b[36m',
  reset: '\u001b[0m',
};

/** Of a longer line only the part around the caret is shown. */
const SHOWN_COLUMNS = 160;

/**
 * A diagnostic as lines of text, without a line end after the last:
 * `file:line:column: error: message`, the source line, a caret line, the hint.
 */
export function formatDiagnostic(diagnostic: Diagnostic, options: FormatOptions): string {
  const paint = (style: keyof typeof styles, text: string) =>
    options.color ? `${styles[style]}${text}${styles.reset}` : text;
  const { place, severity, message, hint, sourceLine } = diagnostic;
  const where = `${printable(place.file)}:${place.line}:${place.column}:`;
  const label = paint(severity, `${severity}:`);
  const lines = [`${paint('bold', where)} ${label} ${paint('bold', printable(message))}`];
  if (sourceLine !== '') {
    const { text, column, length } = cut(sourceLine, place.column - 1, diagnostic.length);
    const indent = text.slice(0, column).replace(/[^\t]/g, ' ');
    const caret = `^${'~'.repeat(length - 1)}`;
    lines.push(`  ${printable(text)}`, `  ${indent}${paint(severity, caret)}`);
  }
  if (hint !== undefined) lines.push(`  ${paint('hint', 'hint:')} ${printable(hint)}`);
  return lines.join('\n');
}

function cut(line: string, column: number, length: number): { text: string; column: number; length: number } {
  if (line.length <= SHOWN_COLUMNS) return { text: line, column, length: Math.max(1, length) };
  const start = Math.max(0, Math.min(column - SHOWN_COLUMNS / 2, line.length - SHOWN_COLUMNS));
  const text = line.slice(start, start + SHOWN_COLUMNS);
  const head = start > 0 ? '...' : '';
  const tail = start + SHOWN_COLUMNS < line.length ? '...' : '';
  const shown = Math.max(1, Math.min(length, start + SHOWN_COLUMNS - column));
  return { text: `${head}${text}${tail}`, column: column - start + head.length, length: shown };
}

/** Control characters, and those that turn the direction of text. */
const unprintable = /(?!\t)[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** A schema may come from anywhere: nothing in it may steer the terminal. One unit in, one unit out. */
function printable(text: string): string {
  return text.replace(unprintable, '\ufffd');
}
