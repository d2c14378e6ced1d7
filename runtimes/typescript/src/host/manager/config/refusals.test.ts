import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { checkConfig } from './check-config.ts';
import { formatProblem } from './problem.ts';

const folder = mkdtempSync(join(tmpdir(), 'pluginart-config-'));
after(() => rmSync(folder, { recursive: true }));

const file = join(folder, 'pluginart.toml');
const hash = `sha256:${'a'.repeat(64)}`;
writeFileSync(join(folder, 'echo.fbs'), 'namespace echo;\n');

/** A file with one entry, whose first lines, from 3 on, are `head`. */
function plugin(rest: string, head = `name = "echo"\ncontract_hash = "${hash}"\n`): string {
  return `version = 1\n[[plugins]]\n${head}${rest}\n`;
}

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
  [
    'a port of a container without a network',
    plugin('type = "docker"\nimage = "x"\nnetwork = "none"'),
    [/:7:11: .*network publishes no port, so it needs transport = "unix"/],
  ],
  [
    "a container in the host's network",
    plugin('type = "docker"\nimage = "x"\nnetwork = "host"'),
    [/:7:11: .*network publishes no port/],
  ],
  [
    'values that docker would refuse',
    plugin(
      'type = "docker"\nimage = "x"\npull = "yes"\nuser = "-u"\ntmp_size = "64 MB"\ncapabilities = ["net_admin"]',
    ),
    [
      /:7:8: .*pull must be "never", "missing" or "always"/,
      /:8:8: .*user must be a user such as/,
      /:9:12: .*tmp_size must be a size such as "64m"/,
      /:10:17: .*capabilities\[0\] must be the name of a capability/,
    ],
  ],
  [
    'limits that are none',
    plugin('type = "docker"\nimage = "x"\nresources = { pids = 0, cpu = 1 }'),
    [
      /:7:22: .*resources\.pids must be an integer from 1 to 4194304/,
      /:7:25: .*unknown key "cpu"; did you mean "cpus"/,
    ],
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
    writeFileSync(file, text);
    const report = checkConfig(file, {});
    const problems = report.problems.map((problem) => formatProblem({ ...problem, file: 'p.toml' }));
    assert.equal(problems.length, expected.length, problems.join('\n'));
    expected.forEach((pattern, index) => {
      assert.match(problems[index] ?? '', pattern);
    });
    if (problems.some((problem) => problem.includes('plugin "'))) {
      assert.ok(report.plugins.some(({ spec }) => spec === undefined));
    }
    assert.equal(({} as Record<string, unknown>).polluted, undefined);
  });
}
