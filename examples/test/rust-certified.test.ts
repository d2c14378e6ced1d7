import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { certify } from '@pluginart/conformance';
import { cargo, rustPlugin, skipWithoutCargo } from './cargo.ts';
import { repository } from './documentation.ts';

describe('the plugin in Rust, certified', { skip: skipWithoutCargo, timeout: 280_000 }, () => {
  before(() => cargo('build', '--release'));

  for (const transport of ['unix', 'tcp'] as const) {
    test(transport, async () => {
      const schemaPath = join(repository, 'examples', 'schema', 'echo.fbs');
      const { verdicts } = await certify({ command: rustPlugin, schemaPath, transport });
      assert.ok(verdicts.length > 100);
      const wrong = verdicts.filter(({ failure }) => failure !== undefined);
      assert.deepEqual(
        wrong.map(({ name, failure }) => `${name}: ${failure}`),
        [],
      );
    });
  }
});
