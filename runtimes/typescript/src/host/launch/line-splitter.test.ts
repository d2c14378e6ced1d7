import assert from 'node:assert/strict';
import { test } from 'node:test';

import { LineSplitter, MAX_PIECE_BYTES } from './line-splitter.ts';

function split(chunks: readonly Buffer[]): { text: string; whole: boolean }[] {
  const lines: { text: string; whole: boolean }[] = [];
  const splitter = new LineSplitter((text, whole) => lines.push({ text, whole }));
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return lines;
}

test('lines come out the same, however the bytes are cut', () => {
  const bytes = Buffer.from('one\r\n\ntwo äöü €\n😀 three');
  const expected = ['one', '', 'two äöü €', '😀 three'];
  const whole = split([bytes]);
  assert.deepEqual(
    whole.map(({ text }) => text),
    expected,
  );
  assert.deepEqual(split([...bytes].map((byte) => Buffer.from([byte]))), whole);
  for (let at = 1; at < bytes.length; at++) {
    assert.deepEqual(split([bytes.subarray(0, at), bytes.subarray(at)]), whole);
  }
});

test('a long line is handed on in pieces that tear no character apart', () => {
  const text = `x${'€'.repeat(MAX_PIECE_BYTES)}`;
  const lines = split([Buffer.from(`${text}\nREADY\n`)]);
  assert.equal(lines.at(-1)?.text, 'READY');
  assert.equal(lines.at(-1)?.whole, true);
  const pieces = lines.slice(0, -1);
  assert.equal(pieces.map((piece) => piece.text).join(''), text);
  for (const piece of pieces) {
    assert.equal(piece.whole, false);
    assert.ok(Buffer.byteLength(piece.text) <= MAX_PIECE_BYTES);
  }
});

test('the end of a long line is no whole line, whatever it says', () => {
  const lines = split([Buffer.alloc(MAX_PIECE_BYTES, 'x'), Buffer.from('READY\nREADY\n')]);
  assert.deepEqual(lines.slice(1), [
    { text: 'READY', whole: false },
    { text: 'READY', whole: true },
  ]);
});

test('bytes that are no UTF-8 pass through as replacement characters', () => {
  const lines = split([Buffer.alloc(MAX_PIECE_BYTES + 10, 0x80), Buffer.from('\n')]);
  assert.equal(lines.length, 2);
  assert.match(lines[1]!.text, /^�+$/);
});
