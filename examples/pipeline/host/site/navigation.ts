import type { Document } from '../documents.js';

/** Links to all documents, by folder; the one that is shown is marked. */
export function navigation(shown: Document, documents: readonly Document[], up: string): string {
  const folders = Map.groupBy(documents, ({ path }) => path.split('/').slice(0, -1).join('/'));
  return [...folders]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([folder, inside]) => {
      const items = inside.map(({ path, page }) => {
        const current = path === shown.path ? ' aria-current="page"' : '';
        return `<li><a href="${up}${page}"${current}>${path.split('/').at(-1)!.replace(/\.md$/, '')}</a></li>`;
      });
      return `<h2>${folder === '' ? '/' : folder}</h2><ul>${items.join('')}</ul>`;
    })
    .join('');
}
