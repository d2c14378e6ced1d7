import assert from 'node:assert/strict';
import { test } from 'node:test';

import { lastWords } from '../../src/host/supervise/last-words.ts';

function wordsOf(stderr: string[], stdout: string[] = []): string {
  return lastWords({ stderr, stdout });
}

test('the last words of a process', () => {
  assert.equal(wordsOf([' ']), '');
  assert.equal(wordsOf([], ['out']), '; its last words: out');
  assert.equal(
    wordsOf([
      'before',
      'panic: boom',
      '',
      'goroutine 8 [running]:',
      'main.main.func1()',
      '\t/src/plugin.go:48 +0x25',
    ]),
    '; its last words: panic: boom',
  );
  assert.equal(wordsOf(['panic: no', 'after that']), '; its last words: after that');
  assert.equal(
    wordsOf(['Traceback (most recent call last):', 'ValueError: boom', '']),
    '; its last words: ValueError: boom',
  );
});
