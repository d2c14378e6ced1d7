import type { Reporter } from '../diagnostics/reporter.ts';
import type { SourceFile, Span } from '../diagnostics/source-file.ts';
import { Lexer } from './lexer.ts';
import { describe, type Token, type TokenKind } from './token.ts';
import type { Name, Path } from './tree.ts';

/**
 * Thrown after a mistake has been reported, to get out of the construct that holds it.
 * The lists (of statements, fields, members, methods) catch it and go on at the next `;` or `}`.
 */
export const giveUp: unique symbol = Symbol('giveUp');

/** The words that begin a statement, and the kind of token that comes next in it. */
const statementKeywords: ReadonlyMap<string, TokenKind> = new Map([
  ['table', 'identifier'],
  ['struct', 'identifier'],
  ['enum', 'identifier'],
  ['union', 'identifier'],
  ['rpc_service', 'identifier'],
  ['namespace', 'identifier'],
  ['root_type', 'identifier'],
  ['include', 'string'],
  ['native_include', 'string'],
  ['attribute', 'string'],
  ['file_identifier', 'string'],
  ['file_extension', 'string'],
]);

/** The stream of tokens with one of lookahead, and what every part of the parser needs of it. */
export class Cursor {
  readonly source: SourceFile;
  readonly reporter: Reporter;
  readonly #lexer: Lexer;
  #current: Token;
  #ahead: Token | undefined;
  #previous: Token | undefined;

  constructor(source: SourceFile, reporter: Reporter) {
    this.source = source;
    this.reporter = reporter;
    this.#lexer = new Lexer(source, reporter);
    this.#current = this.#lexer.next();
  }

  get token(): Token {
    return this.#current;
  }

  /** The token after the current one. */
  get ahead(): Token {
    this.#ahead ??= this.#lexer.next();
    return this.#ahead;
  }

  /** Steps over the current token and gives it back. */
  take(): Token {
    const taken = this.#current;
    this.#previous = taken;
    this.#current = this.#ahead ?? this.#lexer.next();
    this.#ahead = undefined;
    return taken;
  }

  is(text: string): boolean {
    return this.#current.kind === 'punctuation' && this.#current.text === text;
  }

  isKind(kind: TokenKind): boolean {
    return this.#current.kind === kind;
  }

  isWord(text: string): boolean {
    return this.#current.kind === 'identifier' && this.#current.text === text;
  }

  /** Steps over the punctuation if it is there. */
  accept(text: string): boolean {
    if (!this.is(text)) return false;
    this.take();
    return true;
  }

  span(token: Token): Span {
    return { source: this.source, start: token.start, end: token.end };
  }

  /** From an offset to the end of the last token taken. */
  spanFrom(start: number): Span {
    return { source: this.source, start, end: Math.max(start, this.#previous?.end ?? 0) };
  }

  /** Just after the last token taken: where something is missing. */
  gap(): Span {
    const at = this.#previous?.end ?? 0;
    return { source: this.source, start: at, end: at + 1 };
  }

  /** Reports the current token as not what was expected, and gives up. */
  fail(expected: string, hint?: string): never {
    this.reportUnexpected(this.#current, expected, hint);
    throw giveUp;
  }

  reportUnexpected(token: Token, expected: string, hint?: string): void {
    if (token.broken) return;
    this.reporter.error(this.span(token), `expected ${expected}, found ${describe(token)}`, hint);
  }

  expect(text: string, context: string): Token {
    if (!this.is(text)) this.fail(`\`${text}\` ${context}`);
    return this.take();
  }

  /** A `;` that is missing is reported where it belongs, and taken for present; a `,` is taken for one. */
  expectSemicolon(context: string): void {
    if (this.accept(';')) return;
    if (this.is(',')) {
      this.reporter.error(this.span(this.take()), `expected \`;\` ${context}, found \`,\``);
      return;
    }
    const startsNext = this.isKind('identifier') || this.is('}') || this.isKind('end');
    if (!startsNext) this.fail(`\`;\` ${context}`);
    // A string that is never closed has swallowed it.
    if (this.#previous?.broken === true) return;
    this.reporter.error(this.gap(), `expected \`;\` ${context}`);
  }

  name(what: string): Name {
    if (!this.isKind('identifier')) this.fail(what);
    const token = this.take();
    return { text: token.text, span: this.span(token) };
  }

  path(what: string): Path {
    const start = this.#current.start;
    const parts = [this.name(what)];
    while (this.accept('.')) parts.push(this.name('a name after the `.`'));
    return { parts, text: parts.map((part) => part.text).join('.'), span: this.spanFrom(start) };
  }

  /** Whether a keyword stands here with what follows it in a statement, so not as the name of something. */
  startsStatement(): boolean {
    if (!this.isKind('identifier')) return false;
    const follower = statementKeywords.get(this.#current.text);
    return follower !== undefined && this.ahead.kind === follower;
  }

  /**
   * Runs over what cannot be understood: up to and including the next `;`, or a whole `{...}`, or up to
   * a `}` that closes what is around, the next statement, or the end. In a list (`stopAtComma`) a `,` ends it too.
   */
  skip(stopAtComma = false): void {
    let depth = 0;
    while (!this.isKind('end')) {
      if (depth === 0 && this.startsStatement()) return;
      if (this.is('{')) depth += 1;
      else if (this.is('}')) {
        if (depth === 0) return;
        depth -= 1;
        if (depth === 0) {
          this.take();
          this.accept(';');
          return;
        }
      } else if (depth === 0 && (this.is(';') || (stopAtComma && this.is(',')))) {
        this.take();
        return;
      }
      this.take();
    }
  }
}
