export type TokenKind =
  | 'identifier'
  /** A sign and a name in one piece: `-nan`, `+infinity`. */
  | 'signed-name'
  | 'integer'
  | 'float'
  | 'string'
  /** `{ } ( ) [ ] , : ; = .` */
  | 'punctuation'
  | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** As written; of a string its value, escapes decoded. */
  readonly text: string;
  /** UTF-16 offsets into the source. */
  readonly start: number;
  readonly end: number;
  /** The `///` lines before it. */
  readonly doc: readonly string[];
  /** There is a mistake in the token itself, which has been reported: no need to say more of it. */
  readonly broken: boolean;
}

/** A token as messages name it. */
export function describe(token: Token): string {
  switch (token.kind) {
    case 'end':
      return 'the end of the file';
    case 'string':
      return 'a string';
    case 'integer':
    case 'float':
      return `the number ${shorten(token.text)}`;
    case 'identifier':
    case 'signed-name':
    case 'punctuation':
      return `\`${shorten(token.text)}\``;
  }
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
