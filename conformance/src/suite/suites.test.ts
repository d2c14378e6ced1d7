import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findRule } from '../rules/find-rule.ts';
import { loadSuites } from './load-suites.ts';

test('every case names rules that PROTOCOL.md has', () => {
  const suites = loadSuites();
  assert.ok(suites.length > 10);
  for (const { suite, cases } of suites)
    for (const { name, rules } of cases) {
      assert.notEqual(rules.length, 0, `${suite}/${name} proves nothing`);
      for (const rule of rules) assert.ok(findRule(rule), `${suite}/${name}: there is no rule ${rule}`);
    }
});
