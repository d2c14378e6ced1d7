import assert from 'node:assert/strict';
import { test } from 'node:test';

import { type ContainerPlan, dockerRun } from './docker-command.ts';
import { containerDefaults, type DockerLaunch } from './launch-spec.ts';

const launch: DockerLaunch = {
  type: 'docker',
  image: 'acme/echo:1',
  args: ['-v'],
  env: {},
  ...containerDefaults,
};
const plan: ContainerPlan = {
  name: 'pluginart-abc123-echo-1',
  labels: { 'pluginart.plugin': 'echo' },
  address: { kind: 'tcp', host: '127.0.0.1', port: 4321 },
  socketFolder: undefined,
  token: 'ab'.repeat(32),
  user: undefined,
};

test('a configuration that says nothing gives the narrowest container', () => {
  const { args, env, input } = dockerRun(launch, plan, { PATH: '/bin' });
  assert.deepEqual(args.join(' ').split(' --'), [
    'run',
    'interactive',
    'init',
    'rm',
    'log-driver none',
    'pull never',
    'name pluginart-abc123-echo-1',
    'label pluginart.plugin=echo',
    'publish 127.0.0.1:4321:4321',
    'env PLUGIN_ADDR',
    'env PLUGIN_TOKEN',
    'env PLUGIN_TOKEN_FOR',
    'env PLUGIN_LIFELINE',
    'cap-drop ALL',
    'security-opt no-new-privileges',
    'read-only',
    'tmpfs /tmp:mode=1777,size=64m',
    'pids-limit 512 acme/echo:1 -v',
  ]);
  assert.equal(input, undefined);
  assert.deepEqual(env, {
    PATH: '/bin',
    PLUGIN_ADDR: '0.0.0.0:4321',
    PLUGIN_TOKEN: plan.token,
    PLUGIN_TOKEN_FOR: '0.0.0.0:4321',
    PLUGIN_LIFELINE: 'stdin',
  });
});

test('with a socket no port is published, and its folder is mounted, whatever that is called', () => {
  const path = '/tmp/a,"b/echo-1/plugin.sock';
  const unix = { ...plan, address: { kind: 'unix', path }, socketFolder: '/tmp/a,"b/echo-1' } as const;
  const { args, env } = dockerRun({ ...launch, transport: 'unix' }, unix, {});
  assert.ok(!args.includes('--publish'));
  assert.equal(
    args[args.indexOf('--mount') + 1],
    'type=bind,"source=/tmp/a,""b/echo-1",target=/run/pluginart',
  );
  assert.equal(env.PLUGIN_SOCKET, '/run/pluginart/plugin.sock');
  assert.equal(env.PLUGIN_TOKEN_FOR, env.PLUGIN_SOCKET);
});

test('no value stands among the arguments, and none of the plugin’s steers the client', () => {
  const clientEnv = { PATH: '/bin', LANG: 'C', HOME: '/root' };
  const values = {
    A: '1',
    LINES: 'x\ny',
    LANG: 'de',
    HOME: '/h',
    DOCKER_HOST: 'tcp://x',
    'o.dd': '2',
    https_proxy: 'p',
  };
  const { args, env, input } = dockerRun({ ...launch, env: values }, plan, clientEnv);
  assert.deepEqual(
    args.filter((_arg, index) => args[index - 1] === '--env').filter((name) => !name.startsWith('PLUGIN_')),
    ['A', 'LINES'],
  );
  assert.equal(args[args.indexOf('--env-file') + 1], '/dev/fd/3');
  assert.equal(input, 'LANG=de\nHOME=/h\nDOCKER_HOST=tcp://x\no.dd=2\nhttps_proxy=p\n');
  const { A, LINES, ...rest } = env;
  assert.deepEqual([A, LINES], ['1', 'x\ny']);
  for (const [name, value] of Object.entries(clientEnv)) assert.equal(rest[name], value);
  assert.throws(
    () => dockerRun({ ...launch, env: { HOME: 'a\nb' } }, plan, clientEnv),
    /the variable HOME cannot/,
  );
});
