import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { containerDefaults } from '../../supervise/plugin-spec.ts';
import { configJsonSchema } from './json-schema.ts';
import { builtInDefaults, pluginKeys, pluginTypes } from './shape.ts';

const root = new URL('../../../../../../', import.meta.url);

test('the committed JSON Schema is what the definition gives', () => {
  const committed = readFileSync(new URL('runtimes/typescript/pluginart.schema.json', root), 'utf8');
  assert.equal(committed, configJsonSchema(), 'run `npm run generate`');
});

test('the documentation has every key, and the defaults that hold', () => {
  const page = readFileSync(new URL('docs/configuration.md', root), 'utf8');
  for (const key of pluginTypes.flatMap(pluginKeys)) assert.ok(page.includes(`| \`${key}\` |`), key);
  for (const [key, value] of Object.entries(builtInDefaults)) {
    assert.ok(page.includes(`| \`${key}\` | \`${JSON.stringify(value)}\` |`), key);
  }
  const { transport, resources, pull, readOnly, tmpSize, noNewPrivileges, capabilities } = containerDefaults;
  const said = {
    pull,
    read_only: readOnly,
    tmp_size: tmpSize,
    no_new_privileges: noNewPrivileges,
    capabilities,
  };
  const container = page.slice(page.indexOf('## `type = "docker"`'), page.indexOf('## `type = "remote"`'));
  for (const [key, value] of Object.entries({ ...said, transport })) {
    assert.ok(container.includes(`| \`${key}\` | \`${JSON.stringify(value)}\` |`), key);
  }
  assert.ok(container.includes(`default \`${resources.pids}\``));
});
