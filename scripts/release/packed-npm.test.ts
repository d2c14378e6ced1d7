import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { EmptyProject } from './empty-project.ts';
import { root } from './versioned-files.mjs';

const packages = ['runtimes/typescript', 'compiler', 'conformance', 'cli'];

function pack(path: string, destination: string): string {
  const args = ['pack', '--json', '--pack-destination', destination];
  const report = execFileSync('npm', args, { cwd: join(root, path), encoding: 'utf8' });
  return join(destination, (JSON.parse(report) as { filename: string }[])[0]!.filename);
}

for (const path of packages) {
  test(`publint has nothing to say of ${path}`, async () => {
    const { messages, pkg } = await publint({ pkgDir: join(root, path), strict: true });
    assert.deepEqual(
      messages.map((message) => formatMessage(message, pkg)),
      [],
    );
  });
}

for (const path of packages) {
  // `npm publish --provenance` is refused where this is not the repository that publishes.
  test(`${path} says where it comes from`, () => {
    const { repository } = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'));
    const url = 'git+https://github.com/dlahoza/pluginart.git';
    assert.deepEqual(repository, { type: 'git', url, directory: path });
  });
}

test('the packages as they are published make a plugin and a host', () => {
  using project = new EmptyProject();
  const archives = packages.map((path) => pack(path, project.folder));
  const [runtime] = archives;
  project.write('package.json', '{ "private": true, "type": "module" }');
  project.run(`npm install ${archives.join(' ')} flatbuffers typescript @types/node`);
  project.run(`
    npx pluginart init schema --name greet
    npx pluginart gen plugin --name greet
    npx pluginart gen bindings --target host --out gen
    cd greet-plugin-ts && npm install ${runtime} && npm install && npm run build`);
  project.write(
    'pluginart.toml',
    `version = 1

[[plugins]]
name = "greet"
path = "${process.execPath}"
args = ["greet-plugin-ts/dist/plugin.js"]
schema = "schema/greet.fbs"
`,
  );
  project.write(
    'host.ts',
    `import { PluginManager } from 'pluginart';
import { GreetClient } from './gen/greet_client.js';

const manager = await PluginManager.fromConfig('pluginart.toml');
await manager.start();
const greet = new GreetClient(manager, 'greet');
await greet.greet({ input: 'hello' }).then(
  ({ output }) => console.log('answered', output),
  (error) => console.log('failed', error.codeName, error.origin, error.message),
);
await manager.shutdown();
`,
  );
  const strict = '--strict --exactOptionalPropertyTypes --noUncheckedIndexedAccess';
  project.run(`npx tsc --module nodenext --target es2024 --types node ${strict} --outDir dist host.ts`);
  // What `gen plugin` writes answers in capitals until it is filled in.
  assert.match(project.run(`${process.execPath} dist/host.js`), /^answered HELLO$/m);
  assert.match(project.run('npx pluginart validate --config pluginart.toml'), /greet/);
});
