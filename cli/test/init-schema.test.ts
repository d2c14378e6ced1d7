import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { Workspace } from './workspace.ts';

const workspace = new Workspace();

test('writes a schema that validates, and says what to run next', () => {
  for (const name of ['echo', 'image-tools', 'B_9', 'table', 'class']) {
    const { code, stdout, stderr } = workspace.run('init', 'schema', '--name', name);
    assert.equal(code, 0, stderr);
    assert.match(stdout, new RegExp(`^wrote schema/${name}\\.fbs\n`));
    assert.match(stdout, new RegExp(`pluginart gen plugin --name ${name} --schema schema/${name}\\.fbs`));
    assert.match(stdout, /pluginart gen bindings --target host/);
    const check = workspace.run('validate', `schema/${name}.fbs`);
    assert.equal(check.code, 0, check.stderr);
    assert.equal(check.stderr, '');
  }
});

test('--out and --json', () => {
  const { code, stdout } = workspace.run('init', 'schema', '--name', 'a', '--out', 'deep/er', '--json');
  assert.equal(code, 0);
  assert.deepEqual(JSON.parse(stdout), { written: ['deep/er/a.fbs'], unchanged: [] });
  assert.ok(existsSync(workspace.path('deep/er/a.fbs')));
});

test('never overwrites what somebody wrote', () => {
  workspace.write('mine/echo.fbs', '// mine\n');
  const { code, stderr } = workspace.run('init', 'schema', '--name', 'echo', '--out', 'mine');
  assert.equal(code, 1);
  assert.match(stderr, /mine\/echo\.fbs is there already/);
  assert.equal(workspace.read('mine/echo.fbs'), '// mine\n');
});

test('a file where the folder should be', () => {
  workspace.write('file', '');
  const { code, stderr } = workspace.run('init', 'schema', '--name', 'echo', '--out', 'file/schema');
  assert.equal(code, 1);
  assert.match(stderr, /cannot write file\/schema\/echo\.fbs: a part of the path is a file/);
});
