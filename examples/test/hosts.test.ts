import assert from 'node:assert/strict';
import { test } from 'node:test';
import { echoed, hosts, runHost } from './hosts.ts';

for (const host of hosts) {
  test(`without Docker ${host.name} says so, and calls the other plugins`, () => {
    const { stdout, stderr } = runHost(host, { DOCKER_HOST: 'unix:///no/engine.sock' });
    assert.equal(stdout, echoed);
    for (const language of ['ts', 'go', 'py']) {
      assert.match(
        stderr,
        new RegExp(
          `^\\*\\*\\* SKIPPED: .*"repeat-${language}".*(?:no docker engine answers|no docker command)`,
          'm',
        ),
      );
    }
  });
}
