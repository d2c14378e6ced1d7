import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { StartupError } from '../../src/errors/index.ts';
import { BinaryLauncher } from '../../src/host/launch/binary-launcher.ts';
import { HostHome } from '../../src/host/launch/host-home.ts';
import type { Instance } from '../../src/host/launch/instance.ts';
import type { BinaryLaunch } from '../../src/host/launch/launch-spec.ts';
import { pluginPath } from '../fixtures/plugin-path.ts';
import { isRunning } from './processes.ts';

const home = new HostHome();
const scratch = mkdtempSync('/tmp/launch-');
after(async () => {
  await home.close();
  rmSync(scratch, { recursive: true });
});

interface Launched {
  readonly instance: Promise<Instance>;
  readonly lines: string[];
  readonly abort: AbortController;
}

function launch(path: string, overrides: Partial<BinaryLaunch> = {}, timeoutMs = 20_000): Launched {
  const spec: BinaryLaunch = {
    type: 'binary',
    path,
    args: [],
    transport: 'unix',
    env: {},
    inheritEnv: true,
    cwd: scratch,
    ...overrides,
  };
  const lines: string[] = [];
  const abort = new AbortController();
  const instance = new BinaryLauncher('echo', spec, home).launch({
    signal: abort.signal,
    timeoutMs,
    onLine: (stream, text) => lines.push(`${stream}: ${text}`),
  });
  return { instance, lines, abort };
}

async function failureOf({ instance }: Launched): Promise<StartupError> {
  try {
    await (await instance).stop(0);
  } catch (error) {
    assert.ok(error instanceof StartupError, String(error));
    assert.equal(error.plugin, 'echo');
    return error;
  }
  return assert.fail('it started');
}

test('READY may come in two writes, and lines before it are log', async () => {
  const launched = launch(pluginPath('split-ready'));
  const instance = await launched.instance;
  assert.deepEqual(launched.lines, ['stdout: one line before']);
  await instance.stop(10_000);
  assert.equal(instance.process?.hasExited, true);
});

test('what ignores SIGTERM is killed, its group with it', async () => {
  const instance = await launch(pluginPath('ignores-sigterm')).instance;
  await instance.stop(200);
  const ending = await instance.process!.ended;
  assert.equal(ending.how, 'was killed by SIGKILL');
  assert.equal(isRunning(instance.process!.pid), false);
  await instance.stop(200);
});

test('a missing file, with what was searched', async () => {
  const missing = await failureOf(launch('/no/such/plugin'));
  assert.equal(missing.message, 'plugin "echo": /no/such/plugin does not exist');
  const withArguments = await failureOf(launch('/usr/bin/node plugin.js'));
  assert.match(withArguments.message, /does not exist; arguments belong into args$/);
  const unknown = await failureOf(launch('no-such-plugin', { env: { PATH: '/bin:/usr/bin' } }));
  assert.match(unknown.message, /no executable "no-such-plugin" on PATH; searched \/bin, \/usr\/bin\./);
  const without = await failureOf(launch('no-such-plugin', { inheritEnv: false }));
  assert.match(without.message, /searched nothing, as PATH is empty/);
});

test('a file that is not executable, with the command that helps', async () => {
  const path = pluginPath('not-executable');
  const error = await failureOf(launch(path));
  assert.match(error.message, /is not executable; run: chmod \+x \S+not-executable$/);
  const onPath = await failureOf(launch('not-executable', { env: { PATH: join(path, '..') } }));
  assert.match(onPath.message, /but \S+ is not executable; run: chmod \+x/);
});

test('a directory, an interpreter or a working directory that is missing', async () => {
  assert.match((await failureOf(launch(scratch))).message, /is a directory, not an executable/);
  const interpreter = await failureOf(launch(pluginPath('bad-interpreter')));
  assert.match(interpreter.message, /the #! line of \S+ names \/no\/such\/interpreter/);
  const directory = await failureOf(launch(pluginPath('split-ready'), { cwd: '/no/such/directory' }));
  assert.match(directory.message, /its working directory \/no\/such\/directory does not exist/);
});

test('a file that is no program', async () => {
  const error = await failureOf(launch(pluginPath('no-shebang')));
  assert.match(error.message, /neither a program for this machine nor a script that begins with #!/);
});

test('an early exit, with its code and what it printed', async () => {
  const error = await failureOf(launch(pluginPath('exits-at-once')));
  assert.equal(
    error.message,
    'plugin "echo" exited with code 3 before it was ready\n' +
      '  stderr:\n    cannot open the database: no such file\n' +
      '  stdout:\n    reading settings',
  );
  assert.deepEqual(error.evidence, {
    exitCode: 3,
    signal: undefined,
    stderr: ['cannot open the database: no such file'],
    stdout: ['reading settings'],
  });
});

test('never READY, with what it printed', async () => {
  const error = await failureOf(launch(pluginPath('never-ready'), {}, 3_000));
  assert.match(
    error.message,
    /has neither listened at its address nor printed READY within 3 s \(startup_timeout\)/,
  );
  assert.match(error.message, /still thinking/);
  assert.equal(error.evidence?.signal, 'SIGTERM');
});

test('bound, but never READY', async () => {
  const error = await failureOf(launch(pluginPath('deaf-listener.mjs'), {}, 6_000));
  assert.match(error.message, /listens at unix:\S+, but has not printed READY alone on a line of stdout/);
});

test('READY in the wrong place', async () => {
  const path = pluginPath('misprints-ready');
  const [stderr, inside] = await Promise.all([
    failureOf(launch(path, { args: ['READY', '2'] }, 3_000)),
    failureOf(launch(path, { args: ['plugin is READY', '1'] }, 3_000)),
  ]);
  assert.match(stderr.message, /READY belongs on stdout, not on stderr/);
  assert.match(inside.message, /READY has to be alone on its line, and not as in "plugin is READY"/);
});

test('an aborted start leaves nothing', async () => {
  const launched = launch(pluginPath('never-ready'));
  setTimeout(() => launched.abort.abort(new Error('never mind')), 100);
  await assert.rejects(launched.instance, /never mind/);
  const early = launch(pluginPath('never-ready'));
  early.abort.abort(new Error('never mind'));
  await assert.rejects(early.instance, /never mind/);
});

test('a port that somebody else took is replaced', async () => {
  const tries = join(scratch, 'tries');
  const launched = launch(pluginPath('port-taken'), { transport: 'tcp', env: { TRIES: tries } });
  const instance = await launched.instance;
  assert.equal(readFileSync(tries, 'utf8'), 'x\nx\nx\n');
  assert.equal(instance.address.kind, 'tcp');
  await instance.stop(10_000);
});

test('each launch has its own socket and token, and leaves no socket behind', async () => {
  const [one, two] = await Promise.all([
    launch(pluginPath('v1-plugin.mjs')).instance,
    launch(pluginPath('v1-plugin.mjs')).instance,
  ]);
  assert.ok(one.address.kind === 'unix' && two.address.kind === 'unix');
  assert.notEqual(one.address.path, two.address.path);
  assert.match(one.token!, /^[0-9a-f]{64}$/);
  assert.notEqual(one.token, two.token);
  assert.ok(existsSync(one.address.path));
  await Promise.all([one.stop(0), two.stop(0)]);
  assert.ok(!existsSync(one.address.path));
});
