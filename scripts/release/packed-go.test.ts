import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { EmptyProject } from './empty-project.ts';
import { root } from './versioned-files.mjs';

const hasGo = spawnSync('go', ['version'], { stdio: 'ignore' }).error === undefined;
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
const module = 'github.com/dlahoza/pluginart';

/** What a module's archive holds: all files of the repository, less the modules within it. */
function moduleFiles(): string[] {
  const files = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).trimEnd().split('\n');
  const nested = files.filter((path) => path.endsWith('/go.mod')).map((path) => `${dirname(path)}/`);
  return files.filter((path) => !nested.some((folder) => path.startsWith(folder)));
}

/** A module's archive has no entries for folders, which few archivers can do without. */
const archive = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w") as archive:
    for path in sys.stdin.read().splitlines():
        archive.write(path, sys.argv[2] + path)`;

/** A module proxy in a folder, as `GOPROXY=file://...` reads it. */
function writeProxy(folder: string): void {
  const versions = join(folder, 'proxy', module, '@v');
  mkdirSync(versions, { recursive: true });
  writeFileSync(join(versions, 'list'), `v${version}\n`);
  writeFileSync(join(versions, `v${version}.info`), JSON.stringify({ Version: `v${version}` }));
  cpSync(join(root, 'go.mod'), join(versions, `v${version}.mod`));
  const args = ['-c', archive, join(versions, `v${version}.zip`), `${module}@v${version}/`];
  execFileSync('python3', args, { cwd: root, input: moduleFiles().join('\n') });
}

test('the Go module as it is published makes a plugin', { skip: !hasGo }, () => {
  using project = new EmptyProject();
  writeProxy(project.folder);
  const environment = {
    GOPROXY: `file://${project.folder}/proxy,${process.env.GOPROXY ?? 'https://proxy.golang.org'}`,
    GONOSUMDB: module,
    GOFLAGS: '-mod=mod',
    GOMODCACHE: join(project.folder, 'modules'),
    PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH}`,
  };
  const output = project.run(
    `
    pluginart init schema --name greet >/dev/null
    pluginart gen plugin --lang go --name greet >/dev/null
    cd greet-plugin
    go mod edit -dropreplace ${module} -require ${module}@v${version}
    go build -o greet-plugin .
    go vet ./...
    go list -m -f '{{.Path}} {{.Version}} {{.Replace}}' ${module}`,
    environment,
  );
  assert.equal(output.trim(), `${module} v${version} <nil>`);
  // Started by hand it says what it is, and fails.
  const { status, stderr } = spawnSync(join(project.folder, 'greet-plugin', 'greet-plugin'), {
    encoding: 'utf8',
  });
  assert.equal(status, 2);
  assert.match(stderr, /PLUGIN_ADDR=127\.0\.0\.1:9000/);
});
