import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Suite } from './suite.ts';

const folder = fileURLToPath(new URL('../../suites/', import.meta.url));

/** All of suites/. @throws Error where two cases of a suite have one name */
export function loadSuites(): Suite[] {
  const suites = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as Suite);
  for (const { suite, cases } of suites) {
    const names = cases.map(({ name }) => name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) throw new Error(`${suite}: two cases are called "${twice}"`);
  }
  return suites;
}
