const MAX_LINES = 20;
const MAX_LINE_LENGTH = 2_000;

/** The last lines of a stream: what a dead plugin is remembered by. */
export class Tail {
  readonly #lines: string[] = [];

  add(line: string): void {
    if (line === '') return;
    if (this.#lines.length === MAX_LINES) this.#lines.shift();
    this.#lines.push(line.length <= MAX_LINE_LENGTH ? line : shorten(line));
  }

  /** At most 20 lines of at most 2,000 characters each, the oldest first. Empty lines are left out. */
  lines(): string[] {
    return [...this.#lines];
  }
}

function shorten(line: string): string {
  // Through bytes, as a mere slice would keep the long string alive.
  const start = Buffer.from(line.slice(0, MAX_LINE_LENGTH)).toString();
  return `${start}... (${line.length - MAX_LINE_LENGTH} more characters)`;
}
