import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ClassLayout } from '../../src/emit/typescript/tables/index.ts';
import { fieldMembers, structMembers } from '../../src/emit/typescript/tables/member-names.ts';
import type { TableDef } from '../../src/model.ts';
import { load, schemaFile } from './classes.ts';

const schema = load(schemaFile('hostile'));

function table(name: string): TableDef {
  return schema.tables.find((candidate) => candidate.name === name)!;
}

function members(owner: string, field: string) {
  for (const [{ name }, found] of fieldMembers(table(owner))) if (name === field) return found;
  throw new Error(`${owner} has no ${field}`);
}

describe('names in table classes', () => {
  it('avoid what every accessor or object has', () => {
    assert.equal(members('Hostile', 'constructor').value.accessor, 'constructor_');
    assert.equal(members('Hostile', 'bb').value.accessor, 'bb_');
    assert.equal(members('Hostile', 'bb').value.length, 'bb_Length');
    assert.equal(members('Hostile', 'bb_pos').value.accessor, 'bbPos');
    assert.equal(members('Hostile', '__init').value.accessor, '_Init');
    assert.equal(members('Hostile', 'toString').value.accessor, 'toString_');
  });

  it('do not make a promise of an accessor', () => {
    assert.equal(members('Hostile', 'then').value.accessor, 'then_');
  });

  it('escape the words that flatc escapes, in the accessor alone', () => {
    const { value } = members('Hostile', 'delete');
    assert.equal(value.accessor, 'delete_');
    assert.equal(value.length, 'deleteLength');
    assert.equal(value.createVector, 'createDeleteVector');
    assert.equal(members('Hostile', 'type').value.accessor, 'type');
  });

  it('give way to earlier fields with all of their methods', () => {
    assert.equal(members('Hostile', 'foo_bar').value.accessor, 'fooBar');
    assert.equal(members('Hostile', 'fooBar').value.accessor, 'fooBar_');
    assert.equal(members('Hostile', 'fooBar').value.add, 'addFooBar_');
    assert.equal(members('Hostile', 'items').value.array, 'itemsArray');
    assert.equal(members('Hostile', 'items_array').value.accessor, 'itemsArray_');
  });

  it('give way to the table itself', () => {
    // `startFooVector` begins a `FooVector`.
    assert.equal(members('FooVector', 'foo').value.startVector, 'startFoo_Vector');
  });

  it('are the same rules for structs', () => {
    const line = schema.structs.find(({ name }) => name === 'Line')!;
    assert.equal(structMembers(line).get('builder'), 'builder');
  });

  it('keep classes from hiding globals, and files apart', () => {
    const layout = new ClassLayout(schema, 'fb');
    assert.deepEqual(layout.of(table('Uint8Array')), {
      name: 'Uint8Array_',
      valuesName: 'Uint8Array_Values',
      module: 'fb/acme/other/uint8-array',
    });
    assert.equal(layout.of(table('FooBar')).module, 'fb/acme/other/foo-bar');
    assert.equal(layout.of(table('Foo_Bar')).module, 'fb/acme/other/foo-bar_');
    const color = schema.enums.find(({ name }) => name === 'Color')!;
    assert.equal(layout.specifier('fb/acme/other/item', color), '../geo/color');
  });
});
