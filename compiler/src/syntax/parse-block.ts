import type { Span } from '../diagnostics/source-file.ts';
import { type Cursor, giveUp } from './cursor.ts';

/**
 * Reads `{ item item ... }`, each item ending itself. After a mistake it goes on with the next item.
 * @returns whether there was a mistake
 */
export function parseBlock(cursor: Cursor, owner: string, parseItem: () => void): boolean {
  const open = cursor.span(cursor.expect('{', `to begin ${owner}`));
  let damaged = false;
  while (!cursor.is('}')) {
    if (isCutShort(cursor, open, owner)) return true;
    if (attempt(parseItem)) continue;
    damaged = true;
    cursor.skip();
  }
  cursor.take();
  return damaged;
}

/** Reads `{ item, item, ... }`; the last comma may be there or not. Else as `parseBlock`. */
export function parseCommaBlock(cursor: Cursor, owner: string, parseItem: () => void): boolean {
  const open = cursor.span(cursor.expect('{', `to begin ${owner}`));
  let damaged = false;
  while (!cursor.is('}')) {
    if (isCutShort(cursor, open, owner)) return true;
    if (!attempt(parseItem)) {
      damaged = true;
      cursor.skip(true);
    } else if (!cursor.accept(',') && !cursor.is('}')) {
      damaged = true;
      parseMissingComma(cursor);
    }
  }
  cursor.take();
  return damaged;
}

/** @returns false where the item gave up */
function attempt(parseItem: () => void): boolean {
  try {
    parseItem();
    return true;
  } catch (thrown) {
    if (thrown !== giveUp) throw thrown;
    return false;
  }
}

function parseMissingComma(cursor: Cursor): void {
  if (cursor.isKind('identifier') && !cursor.startsStatement()) {
    cursor.reporter.error(cursor.gap(), 'expected `,` or `}`');
  } else if (cursor.is(';')) {
    cursor.reportUnexpected(cursor.take(), '`,` or `}`');
  } else if (!cursor.isKind('end') && !cursor.startsStatement()) {
    const found = cursor.token;
    const hint =
      found.text === '(' ? 'attributes belong before the `{`: its members can have none' : undefined;
    cursor.reportUnexpected(found, '`,` or `}`', hint);
    cursor.skip(true);
  }
}

function isCutShort(cursor: Cursor, open: Span, owner: string): boolean {
  if (!cursor.isKind('end') && !cursor.startsStatement()) return false;
  const { line } = cursor.source.place(cursor.token.start);
  const before = cursor.isKind('end') ? 'the end of the file' : `\`${cursor.token.text}\` on line ${line}`;
  cursor.reporter.error(open, `the \`{\` of ${owner} is never closed`, `a \`}\` is missing before ${before}`);
  return true;
}
