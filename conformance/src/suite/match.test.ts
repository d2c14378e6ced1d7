import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differences } from './match.ts';

const holds = (expected: unknown, actual: unknown) => differences(expected, actual).length === 0;

test('objects in part, lists whole', () => {
  assert.ok(holds({ a: 1 }, { a: 1, b: 2 }));
  assert.ok(!holds({ a: 1 }, { b: 2 }));
  assert.ok(!holds([1], [1, 2]));
  assert.ok(!holds({ a: 1 }, 'a'));
  assert.deepEqual(differences({ a: { b: 1 } }, { a: { b: 2 } }), ['a.b is 2, not 1']);
});

test('matchers', () => {
  assert.ok(holds({ $matches: '^a+$' }, 'aa') && !holds({ $matches: '^a+$' }, 'ab'));
  assert.ok(holds({ $at_least: 2 }, 2) && !holds({ $at_least: 2 }, 1) && !holds({ $at_least: 2 }, undefined));
  assert.ok(holds({ $at_most: 2 }, 2) && !holds({ $at_most: 2 }, 3));
  assert.ok(holds({ $one_of: [1, 2] }, 2) && !holds({ $one_of: [1, 2] }, 3));
  assert.ok(holds({ a: { $absent: true } }, {}) && !holds({ a: { $absent: true } }, { a: 0 }));
  assert.ok(holds({ $some: { n: 1 } }, [{ n: 2 }, { n: 1 }]) && !holds({ $some: { n: 1 } }, [{ n: 2 }]));
  assert.ok(holds({ $none: { n: 1 } }, [{ n: 2 }]) && !holds({ $none: { n: 1 } }, [{ n: 1 }]));
  assert.ok(!holds({ $none: 1 }, undefined), 'no list at all is not a list without it');
  assert.ok(holds({ $exactly: { a: 1 } }, { a: 1 }) && !holds({ $exactly: { a: 1 } }, { a: 1, b: 1 }));
  assert.throws(() => differences({ $like: 1 }, 1), /there is no matcher \$like/);
});
