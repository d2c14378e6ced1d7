import { stringLiteral } from '../../printer/index.ts';

/** A string as the formatter quotes it: doubly, unless that takes more backslashes. */
export function pythonString(text: string): string {
  const count = (quote: string): number => text.split(quote).length - 1;
  return stringLiteral(text, count('"') > count("'") ? "'" : '"');
}
