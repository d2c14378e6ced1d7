import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Caller, PluginManager } from 'pluginart';
import { docker, ensureBaseImages, skip } from '../../scripts/docker/engine.ts';
import { compile, echoSchema, linkPackages, Workspace } from './workspace.ts';

type EchoClient = new (
  caller: Caller,
  plugin: string,
) => { echo(request: { input: string }): Promise<{ output: string }> };

const workspace = new Workspace();
const checkout = fileURLToPath(new URL('../..', import.meta.url));
let Client: EchoClient;

describe('the Dockerfile of a generated plugin', { skip }, () => {
  before(async () => {
    workspace.write('schema/echo.fbs', echoSchema);
    linkPackages(workspace);
    workspace.run('gen', 'bindings', '--target', 'host', '--out', 'host/gen');
    workspace.run('gen', 'plugin', '--name', 'echo');
    workspace.write('host/package.json', '{ "type": "module" }');
    const tsconfig = workspace.read('echo-plugin-ts/tsconfig.json').replace('"*.ts"', '"gen/*.ts"');
    workspace.write('host/tsconfig.json', tsconfig);
    assert.equal(compile(workspace, 'host'), '');
    ({ EchoClient: Client } = await import(
      pathToFileURL(workspace.path('host/dist/gen/echo_client.js')).href
    ));
  });

  test('in TypeScript, with the package of the checkout as it says', async () => {
    ensureBaseImages('node');
    const folder = 'echo-plugin-ts';
    // As the author has done before who built it here: a lock file names the checkout.
    execFileSync('npm', ['install', '--silent', '--no-audit', '--no-fund'], { cwd: workspace.path(folder) });
    const pack = /^# {3}(npm install .*)$/m.exec(workspace.read(`${folder}/Dockerfile`))?.[1];
    assert.ok(pack !== undefined, 'it says how to pack the package');
    execFileSync('sh', ['-c', pack.replace('<checkout>', checkout)], {
      cwd: workspace.path(folder),
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    await buildAndCall(folder);
  });

  test('in Go, with what it needs vendored as it says', async () => {
    ensureBaseImages('go');
    workspace.run('gen', 'plugin', '--lang', 'go', '--name', 'echo');
    const folder = 'echo-plugin';
    execFileSync('go', ['mod', 'vendor'], { cwd: workspace.path(folder) });
    await buildAndCall(folder);
  });

  test('in Python, with a wheel of the checkout as it says', async () => {
    ensureBaseImages('python');
    workspace.run('gen', 'plugin', '--lang', 'python', '--name', 'echo');
    const folder = 'echo-plugin-py';
    const build = /^# {3}(pip wheel .*)$/m.exec(workspace.read(`${folder}/Dockerfile`))?.[1];
    assert.ok(build !== undefined, 'it says how to make the wheel');
    execFileSync('sh', ['-c', `python3 -m ${build.replace('<checkout>', checkout)}`], {
      cwd: workspace.path(folder),
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const wheel = readdirSync(workspace.path(folder)).find((name) => name.endsWith('.whl'));
    workspace.write(`${folder}/requirements.txt`, `./${wheel}\n`);
    await buildAndCall(folder);
  });

  async function buildAndCall(folder: string): Promise<void> {
    const dockerfile = readFileSync(workspace.path(folder, 'Dockerfile'), 'utf8');
    const name = /^# docker build -t (\S+) \.$/m.exec(dockerfile)?.[1];
    assert.ok(name !== undefined, 'it says how to build it');
    const image = `pluginart-test-${name}:${process.pid}`;
    docker('build', '--quiet', '-t', image, workspace.path(folder));
    // What it was built upon may be what another image is just being built upon.
    after(() => docker('image', 'rm', '--force', '--no-prune', image));
    const entry = `name = "echo"\ntype = "docker"\nimage = "${image}"\nstartup_timeout = "30s"`;
    const config = workspace.write(
      `${folder}.toml`,
      `version = 1\n[[plugins]]\n${entry}\nschema = "schema/echo.fbs"\n`,
    );
    await using manager = await PluginManager.fromConfig(config);
    await manager.start();
    assert.deepEqual(await new Client(manager, 'echo').echo({ input: 'hello' }), { output: 'HELLO' });
  }
});
