import assert from 'node:assert/strict';
import { execSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { PluginManager } from 'pluginart';
import { ensureBaseImages, skip } from '../../scripts/docker/engine.ts';
import { EchoClient } from '../host-ts/dist/plugins/echo/echo_client.js';
import { RepeatClient } from '../host-ts/dist/plugins/repeat/repeat_client.js';
import { codeBlocks } from './documentation.ts';
import { echoed, hosts, repeated, runHost } from './hosts.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const examples = join(root, 'examples');
const dockerfiles = readdirSync(examples).filter((name) => existsSync(join(examples, name, 'Dockerfile')));

/** What is asked of each contract, and what has to come back. */
const questions: Record<string, (manager: PluginManager) => Promise<[string, string]>> = {
  echo: async (manager) => [(await new EchoClient(manager, 'echo').echo({ input: 'hi' })).output, 'HI'],
  repeat: async (manager) => {
    const { output } = await new RepeatClient(manager, 'repeat').repeat({ input: 'ab', count: 3 });
    return [output, 'ababab'];
  },
  outline: async (manager) => [manager.status()[0]!.state, 'ready'],
};

describe('the Dockerfiles of the examples', { skip }, () => {
  const commands: string[] = [];

  for (const name of dockerfiles) {
    test(`${name}: built by the command that it names, and called`, async () => {
      const [, command, image] = /^# +(docker build .* -t (\S+) \.)$/m.exec(
        readFileSync(join(examples, name, 'Dockerfile'), 'utf8'),
      )!;
      const language = /-(ts|go|py)$/.exec(name)![1] as 'ts' | 'go' | 'py';
      ensureBaseImages(({ ts: 'node', go: 'go', py: 'python' } as const)[language]);
      execSync(command!, { cwd: root, stdio: 'pipe' });
      commands.push(command!);

      const contract = name.split('-').at(-2)!.replace('plugin', 'echo');
      const folder = mkdtempSync(join(tmpdir(), 'dockerfiles-'));
      try {
        const config = join(folder, 'pluginart.toml');
        const entry = `name = "${contract}"\ntype = "docker"\nimage = "${image}"\nstartup_timeout = "30s"`;
        const schema = join(examples, 'schema', `${contract}.fbs`);
        writeFileSync(config, `version = 1\n[[plugins]]\n${entry}\nschema = "${schema}"\n`);
        await using manager = await PluginManager.fromConfig(config);
        await manager.start();
        const [answer, expected] = await questions[contract]!(manager);
        assert.equal(answer, expected);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }

  test('examples/README.md says how those are built that the hosts want', () => {
    const block = codeBlocks('examples/README.md').find(({ text }) => text.startsWith('docker build'))!;
    const named = block.text.trimEnd().split('\n');
    assert.deepEqual(named, commands.filter((command) => command.includes('plugin-repeat-')).sort());
  });

  for (const host of hosts) {
    test(`${host.name} then calls all plugins, those in containers too`, () => {
      assert.equal(runHost(host).stdout, echoed + repeated);
    });
  }
});
