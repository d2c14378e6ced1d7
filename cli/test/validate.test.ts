import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync } from 'node:fs';
import { test } from 'node:test';
import { echoSchema, Workspace } from './workspace.ts';

const workspace = new Workspace();
const hash = `sha256:${createHash('sha256').update(echoSchema).digest('hex')}`;
const otherHash = `sha256:${'0'.repeat(64)}`;

test('a good schema gives its contract hash, alone on stdout', () => {
  workspace.write('one/echo.fbs', echoSchema);
  for (const args of [['one/echo.fbs'], ['--schema', 'one/echo.fbs'], ['--schema', 'one/*.fbs']]) {
    const { code, stdout, stderr } = workspace.run('validate', ...args);
    assert.equal(stdout, `contract_hash: ${hash}\n`);
    assert.equal(stderr, '');
    assert.equal(code, 0);
  }
});

test('a wrong schema gives all of its errors, with their places', () => {
  workspace.write('wrong.fbs', 'namespace a;\ntable T {\n  x: strng;\n  y: in;\n}\n');
  const { code, stdout, stderr } = workspace.run('validate', 'wrong.fbs');
  assert.equal(code, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /wrong\.fbs:3:\d+: error: /);
  assert.match(stderr, /wrong\.fbs:4:\d+: error: /);
  assert.match(stderr, /error: wrong\.fbs has \d errors/);
  assert.doesNotMatch(stderr, /\n\s+at .*:\d+:\d+/);
});

test('--json gives the same for scripts', () => {
  workspace.write('one/echo.fbs', echoSchema);
  const good = workspace.run('validate', 'one/echo.fbs', '--json');
  assert.equal(good.code, 0);
  assert.deepEqual(JSON.parse(good.stdout), {
    schema: { ok: true, file: 'one/echo.fbs', contractHash: hash, methods: ['Echo'], diagnostics: [] },
  });
  workspace.write('wrong.fbs', 'namespace a;\ntable T {\n  x: strng;\n}\n');
  const wrong = workspace.run('validate', 'wrong.fbs', '--json');
  assert.equal(wrong.code, 1);
  assert.equal(wrong.stderr, '');
  const { schema } = JSON.parse(wrong.stdout) as {
    schema: { ok: boolean; diagnostics: { place: { line: number } }[] };
  };
  assert.equal(schema.ok, false);
  assert.equal(schema.diagnostics[0]?.place.line, 3);
});

test('without a schema it says how to get one', () => {
  const empty = new Workspace();
  const { code, stderr } = empty.run('validate');
  assert.equal(code, 1);
  assert.match(stderr, /nothing matches \.\/schema\/\*\.fbs\n.*pluginart init schema --name echo/);
});

test('a glob must match exactly one file', () => {
  workspace.write('two/a.fbs', echoSchema);
  workspace.write('two/b.fbs', echoSchema);
  const both = workspace.run('validate', '--schema', 'two/*.fbs');
  assert.equal(both.code, 1);
  assert.match(
    both.stderr,
    /2 files match two\/\*\.fbs.*\n {2}two\/a\.fbs\n {2}two\/b\.fbs\n {2}Choose one: --schema two\/a\.fbs/,
  );
  const none = workspace.run('validate', '--schema', 'three/*.fbs');
  assert.equal(none.code, 1);
  assert.match(none.stderr, /nothing matches --schema three\/\*\.fbs/);
  const missing = workspace.run('validate', 'gone.fbs');
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /there is no file gone\.fbs/);
  const folder = workspace.run('validate', 'two');
  assert.equal(folder.code, 1);
  assert.match(folder.stderr, /two is a folder\n {2}.*"two\/\*\.fbs"/);
});

test('a file whose name looks like a glob is taken as it stands', () => {
  workspace.write('odd/[a].fbs', echoSchema);
  assert.equal(workspace.run('validate', 'odd/[a].fbs').code, 0);
});

test('includes are found through -I', () => {
  workspace.write('common/types.fbs', 'namespace c;\ntable Word { text: string; }\n');
  workspace.write(
    'inc/a.fbs',
    'include "types.fbs";\nnamespace a;\nrpc_service A { Say(SayRequest): SayResponse; }\ntable SayRequest { w: c.Word; }\ntable SayResponse {}\n',
  );
  assert.equal(workspace.run('validate', 'inc/a.fbs').code, 1);
  const found = workspace.run('validate', 'inc/a.fbs', '-I', 'common');
  assert.equal(found.code, 0, found.stderr);
  assert.match(found.stdout, /^contract_hash: sha256:[0-9a-f]{64}\n$/);
});

function entry(name: string, rest: string): string {
  return `[[plugins]]\nname = "${name}"\ncontract_hash = "${hash}"\n${rest}\n`;
}

test('a configuration gives a line for each plugin', () => {
  workspace.write('schema/echo.fbs', echoSchema);
  chmodSync(workspace.write('bin/good', '#!/bin/sh\n'), 0o755);
  workspace.write(
    'good.toml',
    `version = 1\n${entry('local', 'path = "./bin/good"\nschema = "schema/echo.fbs"')}${entry('shell', 'path = "sh"')}${entry(
      'image',
      'type = "docker"\nimage = "acme/echo:1"',
    )}${entry('far', 'type = "remote"\naddress = "[::1]:9000"')}`,
  );
  const { code, stdout, stderr } = workspace.run('validate', '--config', 'good.toml');
  assert.equal(stderr, '');
  assert.equal(code, 0);
  const lines = stdout.trimEnd().split('\n');
  assert.equal(lines.length, 4);
  const short = hash.slice(0, 19);
  assert.match(lines[0] ?? '', new RegExp(`^ok +local +binary +.*/bin/good +${short}`));
  assert.match(lines[1] ?? '', /^ok +shell +binary +sh /);
  assert.match(lines[2] ?? '', /^ok +image +docker +acme\/echo:1 /);
  assert.match(lines[3] ?? '', /^ok +far +remote +\[::1\]:9000 /);
});

test('a configuration that cannot work says why, entry by entry', () => {
  workspace.write('schema/echo.fbs', echoSchema);
  workspace.write('bin/plain', 'not executable');
  mkdirSync(workspace.path('bin/folder'), { recursive: true });
  workspace.write(
    'bad.toml',
    `version = 1
${entry('missing', 'path = "./bin/none"')}
${entry('plain', 'path = "./bin/plain"')}
${entry('folder', 'path = "./bin/folder"')}
${entry('nowhere', 'path = "no-such-program-anywhere"')}
${entry('lost', 'path = "sh"\ncwd = "gone"')}
${entry('unnamed', 'type = "docker"')}
${entry('address', 'type = "remote"\naddress = "9000"')}
[[plugins]]
name = "contract"
path = "sh"
schema = "schema/echo.fbs"
contract_hash = "${otherHash}"
${entry('fine', 'path = "sh"')}`,
  );
  const { code, stdout, stderr } = workspace.run('validate', '--config', 'bad.toml');
  assert.equal(code, 1);
  assert.deepEqual(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ +/).slice(0, 2).join(' ')),
    [
      'FAIL missing',
      'FAIL plain',
      'FAIL folder',
      'FAIL nowhere',
      'FAIL lost',
      'FAIL unnamed',
      'FAIL address',
      'FAIL contract',
      'ok fine',
    ],
  );
  for (const expected of [
    /error: bad\.toml:5:8: plugin "missing": path does not exist: .*\/bin\/none/,
    /"plain": path is not executable: .*chmod \+x/,
    /"folder": path is no file: /,
    /"nowhere": path "no-such-program-anywhere" is not on PATH; .*"\.\/no-such-program-anywhere"/,
    /"lost": cwd is no folder: /,
    /"unnamed": image is missing/,
    /"address": address must be "host:port"/,
    new RegExp(`"contract": contract_hash is ${otherHash}, but "schema/echo\\.fbs" has ${hash}`),
  ]) {
    assert.match(stderr, expected);
  }
});

test('schema and configuration in one run, and as JSON', () => {
  workspace.write('one/echo.fbs', echoSchema);
  workspace.write('small.toml', `version = 1\n${entry('shell', 'path = "sh"')}`);
  const text = workspace.run('validate', 'one/echo.fbs', '--config', 'small.toml');
  assert.equal(text.code, 0);
  assert.match(text.stdout, /^contract_hash: .*\nok {2}/);
  const json = workspace.run('validate', 'one/echo.fbs', '--config', 'small.toml', '--json');
  const { schema, config } = JSON.parse(json.stdout) as {
    schema: { ok: boolean };
    config: { plugins: unknown[] };
  };
  assert.equal(schema.ok, true);
  assert.deepEqual(config.plugins, [
    { ok: true, name: 'shell', type: 'binary', target: 'sh', contractHash: hash },
  ]);
});

test('a configuration that is not there', () => {
  const { code, stderr } = workspace.run('validate', '--config', 'gone.toml');
  assert.equal(code, 1);
  assert.match(stderr, /gone\.toml: cannot read the configuration: there is no such file/);
});
