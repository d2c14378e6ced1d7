const begin = '<!-- the matrix: written by npm run conformance -->\n';
const end = '<!-- the end of the matrix -->\n';

/** The root's README with the table of version 2 in its place. @throws Error where the README has no place for it */
export function withTable(readme: string, results: string): string {
  const table = /^## Protocol version 2\n\n((?:\|.*\n)+)/m.exec(results)?.[1] ?? '';
  const from = readme.indexOf(begin);
  const to = readme.indexOf(end);
  if (from === -1 || to < from)
    throw new Error(`README.md lacks the lines "${begin.trim()}" and "${end.trim()}"`);
  return `${readme.slice(0, from + begin.length)}\n${table}\n${readme.slice(to)}`;
}
