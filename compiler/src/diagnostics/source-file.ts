import type { Place } from '../model.ts';

/** One schema file in memory, and where its lines start. */
export class SourceFile {
  /** As it is shown to people: the path given, or put together from that and an `include`. */
  readonly path: string;
  readonly text: string;
  #lineStarts: number[] | undefined;

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
  }

  /** The place of a UTF-16 offset; past the end it is the end. */
  place(offset: number): Place {
    const starts = this.#starts();
    const index = this.#lineIndex(offset);
    return { file: this.path, line: index + 1, column: offset - (starts[index] ?? 0) + 1 };
  }

  /** The text of the line that holds an offset, without its line end. */
  lineAt(offset: number): string {
    const starts = this.#starts();
    const index = this.#lineIndex(offset);
    const end = starts[index + 1];
    const line = this.text.slice(starts[index], end === undefined ? this.text.length : end - 1);
    return line.endsWith('\r') ? line.slice(0, -1) : line;
  }

  #lineIndex(offset: number): number {
    const starts = this.#starts();
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #starts(): number[] {
    if (this.#lineStarts === undefined) {
      const starts = [0];
      for (let at = this.text.indexOf('\n'); at >= 0; at = this.text.indexOf('\n', at + 1)) {
        starts.push(at + 1);
      }
      this.#lineStarts = starts;
    }
    return this.#lineStarts;
  }
}

/** A stretch of a source file, in UTF-16 offsets; `end` is the first unit after it. */
export interface Span {
  readonly source: SourceFile;
  readonly start: number;
  readonly end: number;
}

/** From the start of one span to the end of another in the same file. */
export function join(first: Span, last: Span): Span {
  return { source: first.source, start: first.start, end: Math.max(first.end, last.end) };
}

/** Where a span starts. */
export function placeOf(span: Span): Place {
  return span.source.place(span.start);
}
