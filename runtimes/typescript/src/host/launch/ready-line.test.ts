import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ReadyLine } from './ready-line.ts';

function read(lines: readonly string[]): { ready: number; log: string[] } {
  const result = { ready: 0, log: [] as string[] };
  const reader = new ReadyLine(
    () => result.ready++,
    (text) => result.log.push(text),
  );
  for (const line of lines) reader.line(line, true);
  reader.end();
  return result;
}

test('everything but READY is log', () => {
  assert.deepEqual(read(['starting', 'READY', 'later']), { ready: 1, log: ['starting', 'later'] });
});

test('only a line of its own counts', () => {
  assert.deepEqual(read(['READY?', 'not READY', 'ready']), {
    ready: 0,
    log: ['READY?', 'not READY', 'ready'],
  });
  const log: string[] = [];
  const reader = new ReadyLine(assert.fail, (text) => log.push(text));
  reader.line('READY', false);
  assert.deepEqual(log, ['READY']);
});

test('the empty line that plugins print before READY goes with it, others stay', () => {
  assert.deepEqual(read(['', 'READY']), { ready: 1, log: [] });
  assert.deepEqual(read(['a', '', '', 'READY', '']), { ready: 1, log: ['a', '', ''] });
  assert.deepEqual(read(['a', '']), { ready: 0, log: ['a', ''] });
});

test('a second READY is log', () => {
  assert.deepEqual(read(['READY', 'READY']), { ready: 1, log: ['READY'] });
});
