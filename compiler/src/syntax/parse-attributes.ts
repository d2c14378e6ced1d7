import { join } from '../diagnostics/source-file.ts';
import type { Cursor } from './cursor.ts';
import type { AttributeNode, Name, NumberNode, ValueNode } from './tree.ts';

/** Calls within calls; the same as flatc's. */
const MAX_CALL_DEPTH = 64;

/** `(name, name: value, ...)`, or nothing. */
export function parseAttributes(cursor: Cursor): AttributeNode[] {
  const attributes: AttributeNode[] = [];
  if (!cursor.accept('(')) return attributes;
  do {
    const name = parseAttributeName(cursor);
    const value = cursor.accept(':')
      ? parseValue(cursor, `a value for the attribute \`${name.text}\``)
      : undefined;
    attributes.push({ name, value });
  } while (cursor.accept(','));
  cursor.expect(')', 'or `,` after the attribute');
  return attributes;
}

/** An attribute may be named by a string, too. */
export function parseAttributeName(cursor: Cursor): Name {
  if (!cursor.isKind('identifier') && !cursor.isKind('string')) cursor.fail('the name of an attribute');
  const token = cursor.take();
  return { text: token.text, span: cursor.span(token) };
}

/** What stands after `=`, or after the `:` of an attribute. */
export function parseValue(cursor: Cursor, what: string): ValueNode {
  const { token } = cursor;
  switch (token.kind) {
    case 'integer':
    case 'float':
      return parseNumber(cursor, token.kind);
    case 'string':
      cursor.take();
      return { kind: 'string', value: token.text, span: cursor.span(token) };
    case 'identifier':
    case 'signed-name':
      return parseNameOrCall(cursor);
    default: {
      if (!cursor.is('[')) return cursor.fail(what);
      cursor.take();
      if (!cursor.is(']')) cursor.fail('`]`', 'the only default a vector can have is the empty one: `[]`');
      const close = cursor.take();
      return { kind: 'empty-vector', span: join(cursor.span(token), cursor.span(close)) };
    }
  }
}

/** Takes the current token, which is a number. */
export function parseNumber(cursor: Cursor, kind: NumberNode['kind']): NumberNode {
  const token = cursor.take();
  return { kind, text: token.text, span: cursor.span(token) };
}

function parseNameOrCall(cursor: Cursor): ValueNode {
  const start = cursor.token.start;
  const functions: Name[] = [];
  for (;;) {
    const { token } = cursor;
    if (token.kind === 'integer' || token.kind === 'float') {
      return closeCalls(cursor, start, functions, parseNumber(cursor, token.kind));
    }
    if (token.kind !== 'identifier' && token.kind !== 'signed-name') return cursor.fail('a number');
    cursor.take();
    if (cursor.is('(') && cursor.token.start === token.end) {
      functions.push({ text: token.text, span: cursor.span(token) });
      if (functions.length > MAX_CALL_DEPTH) {
        cursor.fail(`at most ${MAX_CALL_DEPTH} calls within each other`);
      }
      cursor.take();
      continue;
    }
    let text = token.text;
    while (cursor.accept('.')) text += `.${cursor.name('a name after the `.`').text}`;
    const name = { kind: 'name', text, span: cursor.spanFrom(token.start) } as const;
    return functions.length === 0 ? name : closeCalls(cursor, start, functions, name);
  }
}

function closeCalls(
  cursor: Cursor,
  start: number,
  functions: readonly Name[],
  argument: Extract<ValueNode, { kind: 'call' }>['argument'],
): ValueNode {
  for (const { text } of functions) cursor.expect(')', `to close \`${text}(\``);
  return { kind: 'call', functions, argument, span: cursor.spanFrom(start) };
}
