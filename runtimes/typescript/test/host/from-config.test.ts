import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { after, test } from 'node:test';

import { ConfigError } from '../../src/errors/index.ts';
import { PluginManager } from '../../src/host/manager/plugin-manager.ts';
import { pluginPath } from '../fixtures/plugin-path.ts';
import { CONTRACT_HASH } from '../fixtures/plugin-spec.ts';

const scratch = mkdtempSync('/tmp/from-config-');
after(() => rmSync(scratch, { recursive: true }));

function config(text: string): string {
  const path = join(scratch, 'pluginart.toml');
  writeFileSync(path, text);
  return path;
}

test('a manager is made from pluginart.toml', async () => {
  const path = config(`
version = 1

[defaults]
startup_timeout = "20s"

[[plugins]]
name = "echo"
path = "${relative(scratch, pluginPath('plugin.mjs'))}"
contract_hash = "${CONTRACT_HASH}"
env = { CONTRACT_HASH = "${CONTRACT_HASH}" }

[[plugins]]
name = "gone"
path = "./gone"
contract_hash = "${CONTRACT_HASH}"
optional = true
`);
  const manager = await PluginManager.fromConfig(path, { logger: false });
  await manager.start();
  assert.equal(String(await manager.call('echo', Buffer.from('hello'))), 'hello');
  const { cwd } = JSON.parse(String(await manager.call('echo', Buffer.from('env'))));
  assert.equal(cwd, scratch);
  const gone = manager.status()[1];
  assert.equal(gone?.state, 'backoff');
  assert.equal(gone.error?.message, `plugin "gone": ${join(scratch, 'gone')} does not exist`);
  await manager.shutdown();
});

test('what is wrong with the file is said with its place', async () => {
  const path = config('version = 1\n[[plugins]]\nname = "echo"\npth = "x"\n');
  await assert.rejects(PluginManager.fromConfig(path), (error: unknown) => {
    assert.ok(error instanceof ConfigError);
    assert.match(error.message, /pluginart\.toml:4:\d+: .*"pth".*"path"/);
    return true;
  });
});
