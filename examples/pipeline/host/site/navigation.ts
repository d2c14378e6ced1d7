import type { Document } from '../documents.js';

/** Links to all documents, by folder, whose own page is its README; the one that is shown is marked. */
export function navigation(shown: Document, documents: readonly Document[], up: string): string {
  const link = ({ path, page }: Document, text: string) => {
    const current = path === shown.path ? ' aria-current="page"' : '';
    return `<a href="${up}${page}"${current}>${text}</a>`;
  };
  const folders = Map.groupBy(documents, ({ path }) => path.split('/').slice(0, -1).join('/'));
  return [...folders]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([folder, inside]) => {
      const name = folder === '' ? 'Start' : folder;
      const readme = inside.find(({ page }) => page.endsWith('index.html'));
      const items = inside
        .filter((document) => document !== readme)
        .map((document) => `<li>${link(document, nameOf(document))}</li>`);
      const list = items.length === 0 ? '' : `<ul>${items.join('')}</ul>`;
      return `<h2>${readme === undefined ? name : link(readme, name)}</h2>${list}`;
    })
    .join('');
}

/** `docs/getting-started.md`: getting started; names in capitals stay as they are. */
function nameOf({ path }: Document): string {
  return path.split('/').at(-1)!.replace(/\.md$/, '').replaceAll('-', ' ');
}
