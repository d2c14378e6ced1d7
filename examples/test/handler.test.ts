import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inMemoryPair } from 'pluginart';
import { EchoClient } from '../host-ts/dist/plugins/echo/echo_client.js';
import { handler } from '../plugin-ts/dist/handler.js';
import { echoService } from '../plugin-ts/dist/plugin/echo_service.js';

test('echo upper-cases', async () => {
  const echo = new EchoClient(await inMemoryPair(echoService(handler)));
  assert.deepEqual(await echo.echo({ input: 'hello' }), { output: 'HELLO' });
});
