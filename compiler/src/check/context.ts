import type { Reporter } from '../diagnostics/reporter.ts';
import type { SymbolTable } from './symbols.ts';

/** What every part of the check works with. */
export interface Context {
  readonly reporter: Reporter;
  readonly symbols: SymbolTable;
  /** The attributes declared so far, by `attribute "x";`. */
  readonly declaredAttributes: Set<string>;
}
