import type { Reporter } from '../diagnostics/reporter.ts';
import type { SourceFile, Span } from '../diagnostics/source-file.ts';
import { decodeString } from './string-literal.ts';
import type { Token, TokenKind } from './token.ts';

const identifier = /[A-Za-z_][A-Za-z0-9_]*/y;
/** Anything that starts like a number, so that a malformed one is one mistake and not three. */
const numberLike = /[+-]?(?:[0-9]|\.[0-9])(?:[eEpP][+-][0-9]|[0-9A-Za-z_.])*/y;
const integer = /^[+-]?(?:[0-9]+|0[xX][0-9a-fA-F]+)$/;
const decimalFloat = /^[+-]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][+-]?[0-9]+)?$/;
const hexFloat = /^[+-]?0[xX](?=\.?[0-9a-fA-F])[0-9a-fA-F]*\.?[0-9a-fA-F]*[pP][+-]?[0-9]+$/;
const signedName = /[+-][A-Za-z_][A-Za-z0-9_]*/y;
/** U+0000 to U+001F. */
const controlCharacter = /(?![\x7f-\x9f])\p{Cc}/u;
const punctuation = '{}()[],:;=.';

/** Turns text into tokens, one at a time; reports what is no token and goes on after it. */
export class Lexer {
  readonly #source: SourceFile;
  readonly #text: string;
  readonly #reporter: Reporter;
  #at: number;
  /** Whether only blanks and comments stand between here and the start of the line. */
  #freshLine = true;
  #doc: string[] = [];

  constructor(source: SourceFile, reporter: Reporter) {
    this.#source = source;
    this.#text = source.text;
    this.#reporter = reporter;
    this.#at = this.#text.charCodeAt(0) === 0xfeff ? 1 : 0;
  }

  next(): Token {
    this.#doc = [];
    for (;;) {
      this.#skipBlanksAndComments();
      const start = this.#at;
      if (start >= this.#text.length) return this.#token('end', '', start);
      const token = this.#read(start);
      if (token !== undefined) {
        this.#freshLine = false;
        return token;
      }
    }
  }

  #read(start: number): Token | undefined {
    const text = this.#text;
    const char = text[start] ?? '';
    const word = this.#match(identifier);
    if (word !== undefined) return this.#token('identifier', word, start);
    if (char === '"' || char === "'") return this.#string(start, char);
    const number = this.#match(numberLike);
    if (number !== undefined) {
      if (integer.test(number)) return this.#token('integer', number, start);
      if (decimalFloat.test(number)) return this.#token('float', number, start);
      if (hexFloat.test(number)) return this.#token('float', number, start);
      this.#error(start, this.#at, `malformed number \`${number.slice(0, 60)}\``);
      return this.#token('integer', '0', start, true);
    }
    const signed = this.#match(signedName);
    if (signed !== undefined) {
      return this.#token(signed.slice(1) === 'inf' ? 'float' : 'signed-name', signed, start);
    }
    if (punctuation.includes(char)) {
      this.#at = start + 1;
      return this.#token('punctuation', char, start);
    }
    this.#skipIllegal(start);
    return undefined;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #string(start: number, quote: string): Token {
    const text = this.#text;
    let at = start + 1;
    for (; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (text[at] === quote || code === 0x0a || code === 0x0d) break;
      if (code === 0x5c && at + 1 < text.length && text.charCodeAt(at + 1) >= 0x20) at += 1;
    }
    if (text[at] !== quote) {
      at = Math.min(at, text.length);
      this.#error(start, at, 'this string is never closed', `close it with ${quote} on the same line`);
      this.#at = at;
      return this.#token('string', text.slice(start + 1, at), start, true);
    }
    this.#at = at + 1;
    const control = text.slice(start + 1, at).search(controlCharacter);
    if (control >= 0) {
      const where = start + 1 + control;
      this.#error(where, where + 1, 'control character in a string', 'write it as an escape: \\t, \\x01');
    }
    const decoded = decodeString(text, start + 1, at);
    if (decoded.ok) return this.#token('string', decoded.value, start);
    this.#error(decoded.start, decoded.end, decoded.message);
    return this.#token('string', text.slice(start + 1, at), start, true);
  }

  #skipBlanksAndComments(): void {
    const text = this.#text;
    for (;;) {
      const code = text.charCodeAt(this.#at);
      if (code === 0x20 || code === 0x09 || code === 0x0d) {
        this.#at += 1;
      } else if (code === 0x0a) {
        this.#at += 1;
        this.#freshLine = true;
      } else if (code === 0x2f && text[this.#at + 1] === '/') {
        this.#lineComment();
      } else if (code === 0x2f && text[this.#at + 1] === '*') {
        this.#blockComment();
      } else {
        return;
      }
    }
  }

  #lineComment(): void {
    const start = this.#at;
    const text = this.#text;
    const newline = text.indexOf('\n', start);
    const lineEnd = newline < 0 ? text.length : newline;
    const carriageReturn = text.slice(start, lineEnd).indexOf('\r');
    const end = carriageReturn < 0 ? lineEnd : start + carriageReturn;
    this.#at = end;
    if (text[start + 2] !== '/') return;
    if (!this.#freshLine) {
      this.#error(
        start,
        end,
        'a doc comment needs a line of its own, before what it describes',
        'move it to the line above, or write `//` for a plain comment',
      );
      return;
    }
    const from = text[start + 3] === ' ' ? start + 4 : start + 3;
    this.#doc.push(text.slice(from, end).trimEnd());
  }

  #blockComment(): void {
    const start = this.#at;
    const close = this.#text.indexOf('*/', start + 2);
    const end = close < 0 ? this.#text.length : close + 2;
    if (close < 0) this.#error(start, start + 2, 'this comment is never closed', 'close it with `*/`');
    if (this.#text.slice(start, end).includes('\n')) this.#freshLine = true;
    this.#at = end;
  }

  #skipIllegal(start: number): void {
    const legal = /[\sA-Za-z0-9_"'{}()[\],:;=.]|\/[/*]/g;
    legal.lastIndex = start + 1;
    const end = legal.exec(this.#text)?.index ?? this.#text.length;
    this.#at = end;
    const code = this.#text.codePointAt(start) ?? 0;
    const shown = code < 0x20 || (code >= 0x7f && code < 0xa0) || code === 0xfeff || code === 0xfffd;
    const char = String.fromCodePoint(code);
    const what = shown ? `U+${code.toString(16).toUpperCase().padStart(4, '0')}` : `\`${char}\``;
    this.#error(start, end, `illegal character ${what}`);
  }

  #token(kind: TokenKind, text: string, start: number, broken = false): Token {
    return { kind, text, start, end: this.#at, doc: this.#doc, broken };
  }

  #error(start: number, end: number, message: string, hint?: string): void {
    const span: Span = { source: this.#source, start, end };
    this.#reporter.error(span, message, hint);
  }
}
