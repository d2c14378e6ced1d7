import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ConfigError } from '../../../errors/index.ts';
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
        transport: 'unix',
        env: {},
        resources: { memory: '256m', cpus: 1.5 },
      },
      { type: 'remote', host: '::1', port: 9000, dialTimeoutMs: 1_000, token: secret },
      { type: 'remote', host: 'plugins.example.com', port: 443, dialTimeoutMs: 5_000, token: undefined },
    ],
  );
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? '', /^p\.toml:16:1: plugin "s": nothing proves who answers .* token_env/);
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

const cases: [name: string, text: string, problems: RegExp[]][] = [
  [
    'an unknown key, with the nearest',
    plugin('pth = "a"\npath = "a"'),
    [/^p\.toml:5:1: plugin "echo": unknown key "pth"; did you mean "path"\?$/],
  ],
  [
    'an unknown key that is near nothing',
    plugin('path = "a"\nzzzzzzzz = 1'),
    [/5:1|6:1: plugin "echo": unknown key "zzzzzzzz"; known here: type, path, args/],
  ],
  [
    'a table of unknown name',
    'version = 1\n[[plugin]]\nname = "a"\n',
    [/:2:3: unknown key "plugin"; did you mean "plugins"\?/],
  ],
  [
    'one bracket',
    'version = 1\n[plugins]\nname = "a"\n',
    [/:2:1: plugins must be a list: write "\[\[plugins\]\]"/],
  ],
  [
    'no version',
    `[[plugins]]\nname = "a"\npath = "a"\ncontract_hash = "${hash}"`,
    [/:1:1: version is missing: begin/],
  ],
  ['another version', 'version = 2\n', [/:1:11: version must be 1$/]],
  ['a version as a string', 'version = "1"\n', [/:1:11: version must be 1$/]],
  [
    'defaults that belong to a plugin',
    'version = 1\n[defaults]\nimage = "x"\n',
    [/:3:1: "image" has no default/],
  ],
  [
    'a misspelt default',
    'version = 1\n[defaults]\ncall_timout = "1s"\n',
    [/:3:1: unknown key "call_timout"; did you mean "call_timeout"\?/],
  ],
  [
    'a key of another type',
    plugin('path = "a"\naddress = "a:1"\nresources = {}'),
    [
      /:6:1: plugin "echo": "address" does not fit type "binary": it belongs to type "remote"/,
      /:7:1: .*"resources" .* type "docker"/,
    ],
  ],
  [
    'path on docker',
    plugin('type = "docker"\nimage = "x"\npath = "a"\ncwd = "b"'),
    [/:7:1: .*"path" does not fit type "docker": it belongs to type "binary"/, /:8:1: .*"cwd"/],
  ],
  [
    'unix on remote',
    plugin('type = "remote"\naddress = "localhost:1"\ntransport = "unix"'),
    [/:7:13: .*transport must be "tcp"/],
  ],
  [
    'a forgotten type',
    plugin('image = "x"'),
    [/:2:1: .*path is missing, or type = "docker"/, /:5:1: .*"image" does not fit/],
  ],
  [
    'a wrong type',
    plugin('type = "dokcer"\nimage = "x"'),
    [/:5:8: plugin "echo": type must be "binary", "docker" or "remote"/],
  ],
  ['a missing path', plugin(''), [/:2:1: plugin "echo": path is missing$/]],
  [
    'a missing name',
    'version = 1\n[[plugins]]\npath = "a"\nschema = "echo.fbs"\n',
    [/:2:1: name is missing$/],
  ],
  [
    'a name with a slash',
    plugin('path = "a"', `name = "a/b"\ncontract_hash = "${hash}"\n`),
    [/:3:8: name must be 1 to 64 letters/],
  ],
  [
    'a number for a string',
    plugin('path = 7'),
    [/:5:8: plugin "echo": path must be a string, not a number: put it in double quotes/],
  ],
  ['a string for a list', plugin('path = "a"\nargs = "x"'), [/:6:8: .*args must be a list, not a string/]],
  [
    'a wrong element',
    plugin('path = "a"\nargs = ["x",\n  8080]'),
    [/:7:3: .*args\[1\] must be a string, not a number/],
  ],
  [
    'a number in env',
    plugin('path = "a"\n[plugins.env]\nPORT = 8080'),
    [/:7:8: .*env\.PORT must be a string, not a number: put/],
  ],
  [
    'PLUGIN_ in env',
    plugin('path = "a"\nenv = { A = "1", PLUGIN_TOKEN = "x" }'),
    [/:6:18: .*env\.PLUGIN_TOKEN may not be set/],
  ],
  [
    'a bad duration',
    plugin('path = "a"\ncall_timeout = "5"'),
    [/:6:16: .*call_timeout "5" lacks a unit .*; write a duration such as/],
  ],
  [
    'no time to start',
    plugin('path = "a"\nstartup_timeout = "0s"'),
    [/:6:19: .*startup_timeout "0s" must be above zero/],
  ],
  [
    'a number for a duration',
    plugin('path = "a"\ncall_timeout = 5'),
    [/:6:16: .*call_timeout must be a string, not a number/],
  ],
  [
    'a fraction of a restart',
    plugin('path = "a"\nmax_restarts = 1.5'),
    [/:6:16: .*max_restarts must be an integer from 0 to/],
  ],
  [
    'tiny messages',
    plugin('path = "a"\nmax_message_bytes = 0'),
    [/:6:21: .*max_message_bytes must be an integer from 1024 to 4294967295/],
  ],
  ['protocol 3', plugin('path = "a"\nmin_protocol = 3'), [/:6:16: .*min_protocol must be 1 or 2/]],
  [
    'compression',
    plugin('path = "a"\ncompression = "zstd"'),
    [/:6:15: .*compression must be "none": .* not available yet/],
  ],
  [
    'a bad address',
    plugin('type = "remote"\naddress = "::1:9000"'),
    [/:6:11: .*address must be "host:port"/],
  ],
  [
    'a short hash',
    plugin('path = "a"', 'name = "a"\ncontract_hash = "sha256:abc"\n'),
    [/:4:17: .*contract_hash must be "sha256:" and 64/],
  ],
  [
    'no contract',
    plugin('path = "a"', 'name = "a"\n'),
    [/:2:1: plugin "a": contract_hash or schema is missing/],
  ],
  [
    'no such schema',
    plugin('path = "a"\nschema = "x.fbs"', 'name = "a"\n'),
    [/:5:10: .*schema "x\.fbs" cannot be read: there is no such file/],
  ],
  [
    'a contract that differs',
    plugin('path = "a"\nschema = "echo.fbs"'),
    [/:4:17: .*contract_hash is sha256:a{64}, but "echo\.fbs" has sha256:[0-9a-f]{64}: correct it/],
  ],
  [
    'a name twice',
    `${plugin('path = "a"')}[[plugins]]\nname = "echo"\npath = "b"\nschema = "echo.fbs"\n`,
    [/:7:8: plugin "echo": name is taken already, in line 3/],
  ],
  [
    'a docker flag for an image',
    plugin('type = "docker"\nimage = "--privileged"'),
    [/:6:9: .*image must be the name of a Docker image/],
  ],
  ['no TOML', 'version = 1\nname = \n', [/:2:\d+: not valid TOML: /]],
  ['a hostile key', 'version = 1\n[__proto__]\npolluted = true\n', [/:2:\d+: not valid TOML: "__proto__"/]],
  ['a hostile inline key', plugin('path = "a"\nenv = { "__proto__" = "x" }'), [/:6:9: .*"__proto__"/]],
  ['an inherited name', 'version = 1\n[constructor]\nx = 1\n', [/:2:2: unknown key "constructor"/]],
  ['a key with a line end', 'version = 1\n"a\\nb" = 1\n', [/unknown key "a\\u000ab"/]],
  [
    'a secret that is not set',
    plugin('type = "remote"\naddress = "localhost:1"\ntoken_env = "NOT_THERE"'),
    [/:7:13: .*NOT_THERE, which is not set/],
  ],
  [
    'a plugin that is no table',
    'version = 1\nplugins = [1]\n',
    [/:2:12: plugins\[0\] must be a table, not a number/],
  ],
];

for (const [name, text, expected] of cases) {
  test(`refuses ${name}`, () => {
    const { problems, plugins } = check(text);
    assert.equal(problems.length, expected.length, problems.join('\n'));
    expected.forEach((pattern, index) => {
      assert.match(problems[index] ?? '', pattern);
    });
    if (problems.some((problem) => problem.includes('plugin "'))) {
      assert.ok(plugins.some(({ spec }) => spec === undefined));
    }
    assert.equal(({} as Record<string, unknown>).polluted, undefined);
  });
}

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
  assert.match(problems[0] ?? '', /T, which does not hold 64 hex digits/);
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
