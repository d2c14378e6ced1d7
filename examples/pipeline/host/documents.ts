import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A Markdown file, and where its page goes. */
export interface Document {
  /** Relative to the folder, with slashes: `docs/errors.md`. */
  readonly path: string;
  /** Relative to the site: `docs/errors.html`; a README is its folder's `index.html`. */
  readonly page: string;
  readonly markdown: string;
}

const passedOver = new Set(['node_modules', 'dist', 'target', 'site']);

/** All Markdown files below a folder, in order of their names; not those in hidden folders or built ones. */
export async function readDocuments(folder: string): Promise<Document[]> {
  const exclude = (name: string) => passedOver.has(name.split('/').at(-1)!) || /(^|\/)\.[^./]/.test(name);
  const paths: string[] = [];
  for await (const path of glob('**/*.md', { cwd: folder, exclude })) paths.push(path.replaceAll('\\', '/'));
  return Promise.all(
    paths.sort().map(async (path) => ({
      path,
      page: path.replace(/\.md$/, '.html').replace(/(^|\/)README\.html$/, '$1index.html'),
      markdown: await readFile(join(folder, path), 'utf8'),
    })),
  );
}
