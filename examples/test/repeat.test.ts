import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inMemoryPair, PluginError } from 'pluginart';
import { RepeatClient } from '../host-ts/dist/plugins/repeat/repeat_client.js';
import { handler } from '../plugin-repeat-ts/dist/handler.js';
import { repeatService } from '../plugin-repeat-ts/dist/plugin/repeat_service.js';

const repeat = new RepeatClient(await inMemoryPair(repeatService(handler)));

test('repeat repeats, and gives nothing for a count that is left out', async () => {
  assert.deepEqual(await repeat.repeat({ input: 'ab', count: 3 }), { output: 'ababab' });
  assert.deepEqual(await repeat.repeat({ input: 'ab' }), { output: '' });
});

test('what would get too long is refused, and the caller reads why', async () => {
  await assert.rejects(repeat.repeat({ input: 'ab', count: 4_000_000_000 }), (error) => {
    assert.ok(error instanceof PluginError);
    assert.equal(error.origin, 'remote');
    assert.match(error.message, /^.*4000000000 times this input is 8000000000 bytes; the most is 4000000/);
    return true;
  });
});
