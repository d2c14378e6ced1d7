import type { Place } from '../model.ts';

/** One thing that is wrong with a schema, or suspicious about it. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly place: Place;
  /** UTF-16 units to underline, from `place.column`; at least 1 and never past the line. */
  readonly length: number;
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
  /** The text of the line, without its end; empty where the file could not be read. */
  readonly sourceLine: string;
}
