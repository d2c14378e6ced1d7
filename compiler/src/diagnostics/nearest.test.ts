import assert from 'node:assert/strict';
import { test } from 'node:test';
import { didYouMean, nearestName } from './nearest.ts';

test('the nearest name is found, whatever its case', () => {
  assert.equal(nearestName('tabel', ['struct', 'table', 'enum']), 'table');
  assert.equal(nearestName('echorequest', ['EchoResponse', 'EchoRequest']), 'EchoRequest');
  assert.equal(nearestName('ID', ['name', 'id']), 'id');
  assert.equal(didYouMean('requird', ['required']), 'did you mean `required`?');
});

test('what is far, or too short to tell, is not', () => {
  assert.equal(nearestName('a', ['b', 'c']), undefined);
  assert.equal(nearestName('ab', ['cd']), undefined);
  assert.equal(nearestName('Missing', ['Foo', 'Bar']), undefined);
  assert.equal(nearestName('x'.repeat(10_000), ['y'.repeat(10_000)]), undefined);
  assert.equal(didYouMean('anything', []), undefined);
});
