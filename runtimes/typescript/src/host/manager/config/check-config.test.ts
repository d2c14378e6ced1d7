import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ConfigError } from '../../../errors/index.ts';
import { containerDefaults } from '../../supervise/plugin-spec.ts';
import { checkConfig } from './check-config.ts';
import { loadConfig } from './load-config.ts';
import { formatProblem } from './problem.ts';

const folder = mkdtempSync(join(tmpdir(), 'pluginart-config-'));
after(() => rmSync(folder, { recursive: true }));

const file = join(folder, 'pluginart.toml');
const hash = `sha256:${'a'.repeat(64)}`;
const secret = '5ec4e7'.repeat(11).slice(0, 64);
writeFileSync(join(folder, 'echo.fbs'), 'namespace echo;\n');

function check(text: string, environment: NodeJS.ProcessEnv = {}) {
  writeFileSync(file, text);
  const report = checkConfig(file, environment);
  const lines = (problems: typeof report.problems) =>
    problems.map((problem) => formatProblem({ ...problem, file: 'p.toml' }));
  return { ...report, problems: lines(report.problems), warnings: lines(report.warnings) };
}

function plugin(rest: string, head = `name = "echo"\ncontract_hash = "${hash}"\n`): string {
  return `version = 1\n[[plugins]]\n${head}${rest}\n`;
}

test('the shortest entry gets every default', () => {
  const { plugins, problems, warnings } = check(plugin('path = "./bin/echo"'));
  assert.deepEqual(problems, []);
  assert.deepEqual(warnings, []);
  assert.deepEqual(plugins[0]?.spec, {
    name: 'echo',
    launch: {
      type: 'binary',
      path: join(folder, 'bin/echo'),
      args: [],
      transport: 'unix',
      env: {},
      inheritEnv: true,
      cwd: folder,
    },
    contractHash: hash,
    optional: false,
    startupTimeoutMs: 5_000,
    shutdownTimeoutMs: 10_000,
    healthIntervalMs: 2_000,
    maxRestarts: 5,
    restartBackoffMaxMs: 30_000,
    stableAfterMs: 10_000,
    unresponsiveTimeoutMs: 30_000,
    callTimeoutMs: 30_000,
    maxMessageBytes: 4_194_304,
    minProtocol: 1,
  });
});

test('an entry overrides the defaults, which override what is built in', () => {
  const { plugins, problems } = check(`
version = 1
[defaults]
call_timeout = "0s"
max_restarts = 0
min_protocol = 2
compression = "none"
startup_timeout = "1m"
[[plugins]]
name = "a"
path = "a"
contract_hash = "${hash}"
startup_timeout = "1500ms"
cwd = "sub"
inherit_env = ["HOME"]
optional = true
env = { B = "2" }
  [plugins.env.nothing]
`);
  assert.equal(problems.length, 1, 'a table cannot follow an inline table');
  assert.deepEqual(plugins, []);
  const again = check(`
version = 1
defaults.call_timeout = "0s"
defaults.startup_timeout = "1m"
[[plugins]]
name = "a"
path = "a"
contract_hash = "${hash}"
startup_timeout = "1500ms"
cwd = "sub"
inherit_env = ["HOME"]
optional = true
[plugins.env]
B = "2"
[[plugins]]
name = "b"
path = "/usr/bin/b"
contract_hash = "${hash}"
transport = "tcp"
`);
  assert.deepEqual(again.problems, []);
  const [a, b] = again.plugins.map(({ spec }) => spec);
  assert.equal(a?.startupTimeoutMs, 1_500);
  assert.equal(a.callTimeoutMs, 0);
  assert.equal(a.optional, true);
  assert.deepEqual(a.launch, {
    type: 'binary',
    path: 'a',
    args: [],
    transport: 'unix',
    env: { B: '2' },
    inheritEnv: ['HOME'],
    cwd: join(folder, 'sub'),
  });
  assert.equal(b?.startupTimeoutMs, 60_000);
  assert.equal(b.launch.type === 'binary' && b.launch.transport, 'tcp');
});

test('docker and remote entries', () => {
  const { plugins, problems, warnings } = check(
    `
version = 1
[[plugins]]
name = "d"
type = "docker"
image = "acme/echo:1.2"
contract_hash = "${hash}"
resources = { memory = "256m", cpus = 1.5 }
[[plugins]]
name = "relaxed"
type = "docker"
image = "acme/echo:1.2"
contract_hash = "${hash}"
args = ["-v"]
transport = "unix"
env = { A = "b" }
resources = { pids = 64 }
pull = "missing"
user = "1000:1000"
network = "none"
read_only = false
tmp_size = "1g"
no_new_privileges = false
capabilities = ["NET_BIND_SERVICE"]
[[plugins]]
name = "r"
type = "remote"
address = "[::1]:9000"
contract_hash = "${hash}"
dial_timeout = "1s"
token_env = "ECHO_TOKEN"
[[plugins]]
name = "s"
type = "remote"
address = "plugins.example.com:443"
contract_hash = "${hash}"
`,
    { ECHO_TOKEN: secret },
  );
  assert.deepEqual(problems, []);
  assert.deepEqual(
    plugins.map(({ spec }) => spec?.launch),
    [
      {
        type: 'docker',
        image: 'acme/echo:1.2',
        args: [],
        ...containerDefaults,
        user: undefined,
        network: undefined,
        env: {},
        resources: { memory: '256m', cpus: 1.5, pids: 512 },
      },
      {
        type: 'docker',
        image: 'acme/echo:1.2',
        args: ['-v'],
        transport: 'unix',
        env: { A: 'b' },
        resources: { pids: 64 },
        pull: 'missing',
        user: '1000:1000',
        network: 'none',
        readOnly: false,
        tmpSize: '1g',
        noNewPrivileges: false,
        capabilities: ['NET_BIND_SERVICE'],
      },
      { type: 'remote', host: '::1', port: 9000, dialTimeoutMs: 1_000, token: secret },
      { type: 'remote', host: 'plugins.example.com', port: 443, dialTimeoutMs: 5_000, token: undefined },
    ],
  );
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? '', /^p\.toml:32:1: plugin "s": nothing proves who answers .* token_env/);
});

test('the contract hash comes from the schema file', async () => {
  const { plugins } = check(plugin('path = "a"\nschema = "echo.fbs"', 'name = "echo"\n'));
  const { createHash } = await import('node:crypto');
  const expected = `sha256:${createHash('sha256').update('namespace echo;\n').digest('hex')}`;
  assert.equal(plugins[0]?.spec?.contractHash, expected);
  assert.equal(plugins[0]?.schema, join(folder, 'echo.fbs'));
  const both = check(
    plugin(`path = "a"\nschema = "echo.fbs"\ncontract_hash = "${expected}"`, 'name = "echo"\n'),
  );
  assert.deepEqual(both.problems, []);
});

test('every error of a file comes at once, in order', () => {
  const { problems, plugins } = check(`version = 3
[defaults]
call_timeout = "soon"
[[plugins]]
name = "a"
pth = "a"
[[plugins]]
name = "good"
path = "good"
contract_hash = "${hash}"
[[plugins]]
name = "a"
path = "b"
schema = "missing.fbs"
`);
  assert.deepEqual(
    problems.map((problem) => problem.split(':')[1]),
    ['1', '3', '4', '4', '6', '12', '14'],
  );
  assert.deepEqual(
    plugins.map(({ spec }) => spec?.name),
    [undefined, 'good', undefined],
  );
});

test('a secret of the wrong form is never repeated', () => {
  const text = plugin('type = "remote"\naddress = "localhost:1"\ntoken_env = "T"');
  const { problems } = check(text, { T: 'hunter2' });
  assert.equal(problems.length, 1);
  assert.match(problems[0] ?? '', /T, which does not hold 16 to 64 bytes as hex digits/);
  assert.doesNotMatch(problems.join(), /hunter2/);
});

test('an empty file that is otherwise right is worth a warning', () => {
  const { problems, warnings } = check('version = 1\n');
  assert.deepEqual(problems, []);
  assert.match(warnings.join(), /no plugin is configured/);
});

test('a byte order mark is no fault, other bytes are', () => {
  writeFileSync(file, Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from('version = 1\r\n')]));
  assert.deepEqual(checkConfig(file).problems, []);
  writeFileSync(file, Buffer.from([0x76, 0xff, 0xfe]));
  assert.match(checkConfig(file).problems[0]?.message ?? '', /not UTF-8/);
});

test('loadConfig gives the plugins, or throws one error that lists everything', async () => {
  writeFileSync(file, plugin('path = "a"'));
  const { plugins } = await loadConfig(file);
  assert.deepEqual(
    plugins.map(({ name }) => name),
    ['echo'],
  );
  writeFileSync(file, plugin('path = 1\nargs = 2'));
  await assert.rejects(loadConfig(file), (error) => {
    assert.ok(error instanceof ConfigError);
    assert.match(
      error.message,
      /^2 errors in the configuration:\n {2}.*pluginart\.toml:5:8: .*\n {2}.*pluginart\.toml:6:8: /,
    );
    return true;
  });
  await assert.rejects(loadConfig(join(folder, 'none.toml')), {
    name: 'ConfigError',
    message: `${join(folder, 'none.toml')}: cannot read the configuration: there is no such file`,
  });
  await assert.rejects(loadConfig(folder), /it is a directory/);
});
