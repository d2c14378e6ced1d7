import assert from 'node:assert/strict';
import { test } from 'node:test';

import { hostRecord, readLogLine } from './log-record.ts';
import { logToStderr } from './stderr-logger.ts';

test('lines carry the plugin; levels below info are left out', (context) => {
  const written: string[] = [];
  context.mock.method(process.stderr, 'write', (text: string) => written.push(text) > 0);
  logToStderr(readLogLine('echo', 'stdout', 'hello', true));
  logToStderr(readLogLine('echo', 'stderr', '{"level":"debug","msg":"too much"}', true));
  logToStderr(readLogLine('echo', 'stderr', '{"level":"error","msg":"no","code":7,"path":"/x"}', true));
  logToStderr(hostRecord('echo', 'warn', 'starting it again'));
  context.mock.restoreAll();
  assert.deepEqual(written, [
    '[echo] hello\n',
    '[echo] error: no code=7 path=/x\n',
    '[echo] warn: starting it again\n',
  ]);
});
