import { readFileSync } from 'node:fs';
import type { Rule } from './read-rules.ts';

const rules = JSON.parse(
  readFileSync(new URL('../../rules.json', import.meta.url), 'utf8'),
) as readonly Rule[];

/** All of PROTOCOL.md, in its order. */
export function allRules(): readonly Rule[] {
  return rules;
}

/** What PROTOCOL.md says under that number. */
export function findRule(id: string): Rule | undefined {
  return rules.find((rule) => rule.id === id);
}
