import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { echoSchema, Workspace } from './workspace.ts';

const workspace = new Workspace();
workspace.write('schema/echo.fbs', echoSchema);
workspace.write('wrong.fbs', 'namespace a;\ntable T { x: strng; }\n');
workspace.write('pluginart.toml', 'version = 1\n[[plugins]]\nname = "x"\npth = "y"\n');

const script = fileURLToPath(new URL('../scripts/join.mjs', import.meta.url));
const dist = new URL('../dist/', import.meta.url);

/** Runs the command as its modules, or joined into one script. */
function run(form: 'modules' | 'joined', args: readonly string[]) {
  const code =
    form === 'modules'
      ? `const { run } = await import(${JSON.stringify(new URL('main.js', dist).href)});`
      : `const { loadJoined } = await import(${JSON.stringify(new URL('../bin/load-joined.js', dist).href)});
         const { run, script } = loadJoined(${['joined.js', 'joined.cache'].map((name) => JSON.stringify(fileURLToPath(new URL(name, dist))))});
         if (script.cachedDataRejected) throw new Error('the cache was not taken');`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['-e', `${code} process.exitCode = await run(process.argv.slice(1));`, '--', ...args],
    { cwd: workspace.folder, encoding: 'utf8' },
  );
  return { status, stdout, stderr };
}

test('the command in one script does what its modules do', () => {
  const joined = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  assert.equal(joined.status, 0, joined.stderr);
  assert.equal(joined.stdout, '');
  for (const args of [
    ['--version'],
    ['--help'],
    ['gen', 'plugin', '--help'],
    ['gen', 'plugn'],
    ['validate'],
    ['validate', 'wrong.fbs'],
    ['validate', '--config', 'pluginart.toml'],
    ['init', 'schema', '--name', 'echo'],
    ['gen', 'bindings', '--target', 'host', '--out', 'FORM-host'],
    ['gen', 'bindings', '--target', 'plugin', '--out', 'FORM-plugin'],
    ['gen', 'plugin', '--name', 'echo', '--out', 'FORM-whole'],
  ]) {
    const [one, other] = (['modules', 'joined'] as const).map((name) => {
      const own = args.map((arg) => arg.replace('FORM', name));
      const result = run(name, own);
      return JSON.parse(JSON.stringify(result).replaceAll(`${name}-`, 'FORM-'));
    });
    assert.deepEqual(one, other);
  }
  for (const folder of ['host', 'plugin', 'whole']) {
    const [one, other] = ['modules', 'joined'].map((name) =>
      readdirSync(workspace.path(`${name}-${folder}`), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => `${entry.parentPath}/${entry.name}`.slice(workspace.folder.length + 1))
        .map((path) => [path.replace(name, ''), workspace.read(path)])
        .sort(),
    );
    assert.deepEqual(one, other);
  }
});
