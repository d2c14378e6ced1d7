import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Reporter } from '../diagnostics/reporter.ts';
import { SourceFile } from '../diagnostics/source-file.ts';
import { Lexer } from './lexer.ts';
import type { Token } from './token.ts';

function lex(text: string): { tokens: Token[]; errors: string[] } {
  const reporter = new Reporter();
  const source = new SourceFile('a.fbs', text);
  const lexer = new Lexer(source, reporter);
  const tokens: Token[] = [];
  for (let token = lexer.next(); token.kind !== 'end'; token = lexer.next()) tokens.push(token);
  const errors = reporter
    .sorted([source])
    .map(({ place, length, message }) => `${place.column}+${length} ${message}`);
  return { tokens, errors };
}

function kinds(text: string): string[] {
  const { tokens, errors } = lex(text);
  assert.deepEqual(errors, []);
  return tokens.map((token) => `${token.kind} ${token.text}`);
}

test('names, punctuation and numbers', () => {
  assert.deepEqual(kinds('a.b_1:[int:3];'), [
    'identifier a',
    'punctuation .',
    'identifier b_1',
    'punctuation :',
    'punctuation [',
    'identifier int',
    'punctuation :',
    'integer 3',
    'punctuation ]',
    'punctuation ;',
  ]);
});

test('numbers are whole or floating', () => {
  for (const text of ['0', '007', '+1', '-1', '0x1F', '-0Xff'])
    assert.deepEqual(kinds(text), [`integer ${text}`]);
  for (const text of ['1.', '.5', '-.5', '1e3', '1.5E-3', '0x1p3', '0x.8P-2', '-0x1.8p+1', '+inf', '-inf']) {
    assert.deepEqual(kinds(text), [`float ${text}`]);
  }
  for (const text of ['-nan', '+infinity', '-x']) assert.deepEqual(kinds(text), [`signed-name ${text}`]);
  for (const text of ['1.2.3', '0x', '1e', '5abc', '1_000', '0x1.8', '0xp1', '1e+']) {
    const { tokens, errors } = lex(text);
    assert.match(errors[0] ?? '', /malformed number|illegal character/, text);
    assert.equal(tokens[0]?.broken, true);
  }
});

test('strings and their escapes', () => {
  assert.deepEqual(kinds(String.raw`"a\n\t\"\\\/" 'it''s'`), ['string a\n\t"\\/', 'string it', 'string s']);
  assert.deepEqual(kinds(String.raw`"\u00e9\uD83D\uDE00\xC3\xA9\x41"`), ['string é😀éA']);
  assert.deepEqual(lex(String.raw`"\q"`).errors, ['2+2 unknown escape `\\q`']);
  assert.deepEqual(lex(String.raw`"\x4"`).errors, ['2+3 `\\x` takes two hex digits']);
  assert.deepEqual(lex(String.raw`"\u00g0"`).errors, ['2+6 `\\u` takes four hex digits']);
  assert.deepEqual(lex(String.raw`"\xff"`).errors, ['2+4 the bytes of this string are not valid UTF-8']);
  for (const half of ['\\uD83D', '\\uDE00', '\\uD83D\\uD83D', '\\uD83Dx']) {
    assert.match(lex(`"${half}"`).errors[0] ?? '', /half of a surrogate pair/);
  }
  assert.deepEqual(lex('"a\u0001b"').errors, ['3+1 control character in a string']);
  for (const open of ['"abc', "'abc", '"abc\\', '"abc\n"', '"abc\\"']) {
    assert.match(lex(open).errors[0] ?? '', /^1\+\d+ this string is never closed/, open);
  }
});

test('comments, and doc comments before what they describe', () => {
  const { tokens, errors } = lex('/// one\n///two\r\n/* x */ // y\na /* b */ c\n//// four\n d');
  assert.deepEqual(errors, []);
  assert.deepEqual(
    tokens.map(({ text, doc }) => [text, doc]),
    [
      ['a', ['one', 'two']],
      ['c', []],
      ['d', ['/ four']],
    ],
  );
  assert.deepEqual(lex('a /// b').errors, [
    '3+5 a doc comment needs a line of its own, before what it describes',
  ]);
  assert.deepEqual(lex('a /* b').errors, ['3+2 this comment is never closed']);
});

test('illegal characters are reported once a run', () => {
  assert.deepEqual(lex('a @@# b').errors, ['3+3 illegal character `@`']);
  assert.deepEqual(lex('a / b').errors, ['3+1 illegal character `/`']);
  assert.deepEqual(lex('é').errors, ['1+1 illegal character `é`']);
});
