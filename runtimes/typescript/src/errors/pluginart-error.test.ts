import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';

import { ErrorCode } from './error-code.ts';
import { codeName, PluginartError, PluginError } from './pluginart-error.ts';

test('an error as JSON, and as the console shows it, has its message and the name of its code', () => {
  const error = new PluginartError(ErrorCode.UNAVAILABLE, 'gone', {
    plugin: 'echo',
    cause: new Error('why'),
  });
  assert.deepEqual(JSON.parse(JSON.stringify({ error })), {
    error: {
      name: 'PluginartError',
      message: 'gone',
      code: 61443,
      codeName: 'UNAVAILABLE',
      origin: 'local',
      retrySafe: false,
      plugin: 'echo',
    },
  });
  assert.match(inspect(error), /codeName: 'UNAVAILABLE'/);
});

test('an application names its codes itself', () => {
  assert.equal(new PluginError('no', { code: 42 }).codeName, 'APPLICATION(42)');
  assert.equal(new PluginError('no').codeName, 'APPLICATION');
  assert.equal(codeName(ErrorCode.CANCELLED), 'CANCELLED');
});
