import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Workspace } from './workspace.ts';

const workspace = new Workspace();

const helps: [args: string[], parts: RegExp[]][] = [
  [['--help'], [/init schema/, /gen bindings/, /gen plugin/, /validate/, /--version/, /Examples:/]],
  [['-h'], [/Commands:/]],
  [['help'], [/Commands:/]],
  [
    ['gen', '--help'],
    [/^pluginart gen:/, /bindings/, /plugin/, /Examples:/],
  ],
  [['help', 'gen'], [/^pluginart gen:/]],
  [
    ['init', '-h'],
    [/^pluginart init:/, /schema/],
  ],
  [
    ['init', 'schema', '--help'],
    [/--name <name>/, /Required/, /Default: \.\/schema/, /Examples:/],
  ],
  [
    ['gen', 'bindings', '--help'],
    [/--target <side>/, /--lang/, /--schema/, /--out/, /-I, --include/, /Examples:/],
  ],
  [
    ['gen', 'plugin', '--help'],
    [/--overwrite-skeleton/, /--name/, /Examples:/],
  ],
  [['help', 'gen', 'plugin'], [/--overwrite-skeleton/]],
  [['gen', 'plugin', '--name', 'x', '--help'], [/--overwrite-skeleton/]],
  [
    ['validate', '--help'],
    [/\[schema\]/, /--config/, /Examples:/],
  ],
];

for (const [args, parts] of helps) {
  test(`pluginart ${args.join(' ')} explains on stdout`, () => {
    const { code, stdout, stderr } = workspace.run(...args);
    assert.equal(code, 0);
    assert.equal(stderr, '');
    for (const part of parts) assert.match(stdout, part);
    for (const line of stdout.split('\n')) assert.ok(line.length <= 100, line);
  });
}

const mistakes: [args: string[], stderr: RegExp][] = [
  [[], /Commands:/],
  [['gen'], /Commands:\n {2}bindings/],
  [['validat'], /unknown command "validat"\n {2}did you mean "validate"\?\nRun pluginart --help/],
  [
    ['gen', 'bindngs'],
    /unknown command "gen bindngs"\n {2}did you mean "bindings"\?\nRun pluginart gen --help/,
  ],
  [['bindings'], /did you mean "gen bindings"\?/],
  [['frobnicate'], /Commands here: init, gen, validate/],
  [['--versoin'], /unknown option --versoin.*\n {2}did you mean "--version"\?/],
  [['--json', 'validate'], /unknown option --json before a command\n {2}Options come after the command/],
  [['gen', 'bindings'], /--target <side> is missing/],
  [['gen', 'bindings', '--target'], /--target needs a value/],
  [['gen', 'bindings', '--target='], /--target needs a value/],
  [
    ['gen', 'bindings', '--target', '--out'],
    /--target needs a value, and "--out" looks like an option\n {2}.*--target=--out/,
  ],
  [
    ['gen', 'bindings', '--target', 'hots'],
    /--target must be host or plugin, not "hots"\n {2}did you mean "host"\?/,
  ],
  [['gen', 'bindings', '--trget', 'host'], /unknown option --trget\n {2}did you mean "--target"\?/],
  [['gen', 'plugin', '-x'], /unknown option -x\n {2}Known here: --help, --name, /],
  [['gen', 'plugin', '--lang', 'rust'], /--lang must be typescript, go or python, not "rust"/],
  [['gen', 'plugin', '--name', 'a', '--name', 'b'], /--name is given twice/],
  [['gen', 'plugin', '--json=yes'], /--json takes no value/],
  [['gen', 'plugin', 'echo'], /unexpected argument "echo"/],
  [['gen', 'plugin', '--name', '../evil'], /--name \.\.\/evil is no name for a plugin/],
  [['validate', 'a.fbs', 'b.fbs'], /unexpected argument "b\.fbs"/],
  [['validate', 'a.fbs', '--schema', 'b.fbs'], /the schema is given twice/],
  [['validate', 'pluginart.toml'], /Did you mean: pluginart validate --config pluginart\.toml/],
  [['init', 'schema'], /--name <name> is missing/],
  [['init', 'schema', '--name', '9lives'], /--name 9lives is no name for a schema/],
];

for (const [args, expected] of mistakes) {
  test(`pluginart ${args.join(' ')} is a usage error`, () => {
    const { code, stdout, stderr } = workspace.run(...args);
    assert.equal(code, 2, stderr);
    assert.equal(stdout, '');
    assert.match(stderr, expected);
    assert.doesNotMatch(stderr, /\n\s+at .*:\d+:\d+/);
    assert.ok(!stderr.includes('\u001b'), 'no colour without a terminal');
  });
}

test('the version is the package’s', () => {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  for (const flag of ['--version', '-V']) {
    const { code, stdout } = workspace.run(flag);
    assert.equal(code, 0);
    assert.equal(stdout, `${manifest.version}\n`);
  }
});
