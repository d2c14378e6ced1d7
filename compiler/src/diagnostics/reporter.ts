import type { Diagnostic } from './diagnostic.ts';
import { placeOf, type Span } from './source-file.ts';

/** Beyond this a file is not a schema with mistakes but something else; the rest is counted, not kept. */
const KEPT_ERRORS = 1000;

/** Collects what is wrong, from all phases and files. */
export class Reporter {
  readonly #diagnostics: { diagnostic: Diagnostic; source: Span['source']; at: number }[] = [];
  readonly #seen = new Set<string>();
  #errors = 0;
  #dropped = 0;

  get errorCount(): number {
    return this.#errors;
  }

  /** @param hint what to do about it, a whole sentence without the full stop */
  error(span: Span, message: string, hint?: string): void {
    this.#errors += 1;
    this.#add('error', span, message, hint);
  }

  warning(span: Span, message: string, hint?: string): void {
    this.#add('warning', span, message, hint);
  }

  #add(severity: Diagnostic['severity'], span: Span, message: string, hint: string | undefined): void {
    if (this.#diagnostics.length >= KEPT_ERRORS) {
      this.#dropped += 1;
      return;
    }
    const place = placeOf(span);
    const key = `${place.file}\0${span.start}\0${message}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    const sourceLine = span.source.lineAt(span.start);
    const room = Math.max(1, sourceLine.length - place.column + 1);
    const length = Math.min(Math.max(1, span.end - span.start), room);
    const diagnostic = {
      severity,
      place,
      length,
      message: shorten(message),
      ...(hint === undefined ? undefined : { hint: shorten(hint) }),
      sourceLine,
    };
    this.#diagnostics.push({ diagnostic, source: span.source, at: span.start });
  }

  /** In the order of the files given, then by place. */
  sorted(files: readonly Span['source'][]): Diagnostic[] {
    const rank = new Map(files.map((file, index) => [file, index]));
    const rankOf = (source: Span['source']) => rank.get(source) ?? files.length;
    const sorted = this.#diagnostics
      .toSorted((a, b) => rankOf(a.source) - rankOf(b.source) || a.at - b.at)
      .map((entry) => entry.diagnostic);
    const last = sorted.at(-1);
    if (this.#dropped > 0 && last !== undefined) {
      sorted.push({ ...last, severity: 'error', message: `${this.#dropped} more errors are not shown` });
    }
    return sorted;
  }
}

/** Names are quoted in messages; one of a million letters says no more than its beginning. */
function shorten(text: string): string {
  return text.replace(/`[^`]{100,}`/g, (name) => `${name.slice(0, 81)}...\``);
}
