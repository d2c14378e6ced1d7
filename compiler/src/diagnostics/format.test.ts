import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import type { Diagnostic } from './diagnostic.ts';
import { formatDiagnostic } from './format.ts';

const diagnostic: Diagnostic = {
  severity: 'error',
  place: { file: 'a/b.fbs', line: 3, column: 6 },
  length: 4,
  message: 'there is no type `Nope`',
  hint: 'did you mean `Note`?',
  sourceLine: '\tx: \tNope;',
};

test('the place, the line with a caret, and the hint', () => {
  const expected = [
    'a/b.fbs:3:6: error: there is no type `Nope`',
    '  \tx: \tNope;',
    '  \t   \t^~~~',
    '  hint: did you mean `Note`?',
  ].join('\n');
  assert.equal(formatDiagnostic(diagnostic, { color: false }), expected);
  const colored = formatDiagnostic(diagnostic, { color: true });
  assert.notEqual(colored, expected);
  assert.equal(stripVTControlCharacters(colored), expected);
});

test('without a line there is no caret', () => {
  const { hint: _, ...rest } = diagnostic;
  const bare: Diagnostic = { ...rest, severity: 'warning', sourceLine: '' };
  assert.equal(formatDiagnostic(bare, { color: false }), 'a/b.fbs:3:6: warning: there is no type `Nope`');
});

test('of a long line the part around the caret is shown', () => {
  for (const column of [1, 50, 500, 9_990]) {
    const sourceLine = `${'.'.repeat(column - 1)}Nope${'.'.repeat(10_000 - column)}`;
    const place = { ...diagnostic.place, column };
    const [, line = '', caret = ''] = formatDiagnostic(
      { ...diagnostic, sourceLine, place },
      { color: false },
    ).split('\n');
    assert.ok(line.length < 180);
    assert.equal(line.slice(caret.indexOf('^'), caret.indexOf('^') + 4), 'Nope');
    assert.ok(caret.endsWith('^~~~'));
  }
});
