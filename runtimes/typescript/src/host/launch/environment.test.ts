import assert from 'node:assert/strict';
import { test } from 'node:test';

import { pluginEnvironment } from './environment.ts';

const host = { PATH: '/bin', HOME: '/home/me', PLUGIN_TOKEN: 'of the host', PLUGIN_ADDR: 'x:1' };
const unix = { kind: 'unix', path: '/tmp/p.sock' } as const;

test('the host environment is inherited, less what the host itself was given as a plugin', () => {
  const environment = pluginEnvironment({ env: { HOME: '/srv' }, inheritEnv: true }, host, unix, 'ff');
  assert.deepEqual(environment, {
    PATH: '/bin',
    HOME: '/srv',
    PLUGIN_SOCKET: '/tmp/p.sock',
    PLUGIN_TOKEN: 'ff',
    PLUGIN_TOKEN_FOR: '/tmp/p.sock',
    PLUGIN_LIFELINE: 'stdin',
  });
});

test('inheritance can be turned off or narrowed, but never to PLUGIN_*', () => {
  const none = pluginEnvironment({ env: {}, inheritEnv: false }, host, unix, 'ff');
  assert.deepEqual(Object.keys(none).sort(), [
    'PLUGIN_LIFELINE',
    'PLUGIN_SOCKET',
    'PLUGIN_TOKEN',
    'PLUGIN_TOKEN_FOR',
  ]);
  const some = pluginEnvironment(
    { env: {}, inheritEnv: ['HOME', 'PLUGIN_ADDR', 'MISSING'] },
    host,
    unix,
    'ff',
  );
  assert.equal(some.HOME, '/home/me');
  assert.equal(some.PATH, undefined);
  assert.equal(some.PLUGIN_ADDR, undefined);
  assert.ok(!('MISSING' in some));
});

test('a TCP address is given as host:port, and the token is for exactly that', () => {
  const environment = pluginEnvironment(
    { env: {}, inheritEnv: false },
    host,
    { kind: 'tcp', host: '127.0.0.1', port: 9000 },
    'ff',
  );
  assert.equal(environment.PLUGIN_ADDR, '127.0.0.1:9000');
  assert.equal(environment.PLUGIN_TOKEN_FOR, '127.0.0.1:9000');
  assert.ok(!('PLUGIN_SOCKET' in environment));
});
