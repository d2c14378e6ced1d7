import assert from 'node:assert/strict';
import { test } from 'node:test';

import { readLogLine } from './log-record.ts';

function read(line: string) {
  const { level, message, fields } = readLogLine('echo', 'stderr', line, true);
  return { level, message, fields };
}

test('a plain line is its own message', () => {
  assert.deepEqual(read('hello'), { level: 'info', message: 'hello', fields: undefined });
  assert.deepEqual(read('{not json}'), { level: 'info', message: '{not json}', fields: undefined });
  assert.deepEqual(read('[1]'), { level: 'info', message: '[1]', fields: undefined });
});

test('JSON lines keep level and fields, whichever logger wrote them', () => {
  assert.deepEqual(read('{"level":50,"time":1,"msg":"pino"}'), {
    level: 'error',
    message: 'pino',
    fields: { time: 1 },
  });
  assert.deepEqual(read('{"time":"t","level":"WARN","msg":"slog","n":{"a":1}}'), {
    level: 'warn',
    message: 'slog',
    fields: { time: 't', n: { a: 1 } },
  });
  assert.deepEqual(read('{"severity":"CRITICAL","message":"python"}'), {
    level: 'fatal',
    message: 'python',
    fields: {},
  });
});

test('fields of other meanings stay fields', () => {
  assert.deepEqual(read('{"level":"constructor","msg":7}'), {
    level: 'info',
    message: '{"level":"constructor","msg":7}',
    fields: { level: 'constructor', msg: 7 },
  });
  assert.deepEqual(read('{"level":9000}').level, 'info');
});

test('a piece of a longer line is not read as JSON', () => {
  assert.equal(readLogLine('echo', 'stdout', '{"level":"error"}', false).fields, undefined);
});
