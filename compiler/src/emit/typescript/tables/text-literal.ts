import { stringLiteral } from '../../../printer/index.ts';

/** A string literal with the quotes that the formatter prefers: single ones unless double ones need fewer escapes. */
export function textLiteral(text: string): string {
  const singles = text.split("'").length;
  return stringLiteral(text, singles > text.split('"').length ? '"' : "'");
}
