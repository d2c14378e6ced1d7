import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  generateGoBindings,
  generateGoPluginSkeleton,
  isGenerated,
  loadSchema,
  type Schema,
} from '../../src/index.ts';
import { root } from '../emit/generated.ts';
import { GoModule, skipWithoutGo } from './go-module.ts';

function loaded(path: string): Schema {
  const { schema, diagnostics } = loadSchema(path);
  assert.ok(schema, `${path}: ${diagnostics.map(({ message }) => message).join('; ')}`);
  return schema;
}

/** Every schema of the tests and examples that has methods. */
const schemas = ['compiler/test/{emit,tables,go}/schemas', 'compiler/test/corpus/accept', 'examples/schema']
  .flatMap((folder) => globSync(`${folder}/*.fbs`, { cwd: root }))
  .flatMap((path) => loaded(join(root, path)))
  .filter((schema) => schema.contract !== undefined);

describe('generated Go', { skip: skipWithoutGo }, () => {
  const module = new GoModule();
  after(() => module.remove());
  before(() => {
    for (const schema of schemas) {
      const folder = basename(schema.file, '.fbs');
      for (const target of ['host', 'plugin'] as const) {
        module.writeAll(`${folder}/${target}`, generateGoBindings(schema, { target, version: '0.0.0' }));
      }
      const skeleton = generateGoPluginSkeleton(schema, {
        name: 'generated',
        plumbing: `${folder}/plugin`,
        version: '0.0.0',
        checkout: undefined,
      });
      module.writeAll(
        `${folder}/command`,
        skeleton.filter(({ path }) => path.endsWith('.go')),
      );
    }
    // Imports are sorted by path, and this one comes after ours. Go leaves a folder of this name alone, gofmt does not.
    const late = { name: 'zeal', plumbing: 'plugin', version: '0.0.0', checkout: undefined };
    const skeleton = generateGoPluginSkeleton(schemas[0]!, late);
    module.writeAll(
      'testdata/late',
      skeleton.filter(({ path }) => path.endsWith('.go')),
    );
  });

  it('covers many schemas', () => assert.ok(schemas.length >= 15, `${schemas.length}`));

  it('is formatted as gofmt would', () => assert.equal(module.run('gofmt', '-l', '.'), ''));

  it('compiles, and go vet has nothing to say', () => assert.equal(module.run('go', 'vet', './...'), ''));
});

describe('generated Go files', () => {
  it('carry the header that Go and we know', () => {
    for (const schema of schemas) {
      for (const { path, text } of generateGoBindings(schema, { target: 'plugin', version: '1.2.3' })) {
        assert.match(text, /^\/\/ Code generated .* DO NOT EDIT\.\n/, path);
        assert.ok(isGenerated(text, basename(schema.file)), path);
      }
    }
  });

  it('are the same from the same schema', () => {
    for (const schema of schemas) {
      const options = { target: 'host', version: '0.0.0' } as const;
      assert.deepEqual(generateGoBindings(schema, options), generateGoBindings(schema, options));
    }
  });

  it('lie in the folder of the namespace, in a package named after its last part', () => {
    const schema = schemas.find(({ file }) => basename(file) === 'rich.fbs')!;
    for (const { path, text } of generateGoBindings(schema, { target: 'host', version: '0.0.0' })) {
      assert.match(path, /^acme\/rich\/\w+\.go$/);
      assert.match(text, /^package rich$/m);
    }
  });
});
