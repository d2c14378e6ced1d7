import { glob, readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

/** A Markdown file, and where its page goes. */
export interface Document {
  /** Relative to the folder, with slashes: `docs/errors.md`. */
  readonly path: string;
  /** Relative to the site: `docs/errors.html`; a README is its folder's `index.html`. */
  readonly page: string;
  /** The folder that it is in, as its page's links name it: `../../docs`. */
  readonly sourceFolder: string;
  readonly markdown: string;
}

const passedOver = new Set(['node_modules', 'dist', 'target', 'site']);

/**
 * All Markdown files below a folder, in order of their names; not those in hidden folders or built ones.
 * Their pages go to the folder `site`.
 */
export async function readDocuments(folder: string, site: string): Promise<Document[]> {
  const exclude = (name: string) => passedOver.has(name.split('/').at(-1)!) || /(^|\/)\.[^./]/.test(name);
  const paths: string[] = [];
  for await (const path of glob('**/*.md', { cwd: folder, exclude })) paths.push(path.replaceAll('\\', '/'));
  return Promise.all(
    paths.sort().map(async (path) => {
      const page = path.replace(/\.md$/, '.html').replace(/(^|\/)README\.html$/, '$1index.html');
      const sourceFolder = relative(dirname(join(site, page)), dirname(join(folder, path)));
      return {
        path,
        page,
        sourceFolder: encodeURI(sourceFolder.replaceAll('\\', '/')) || '.',
        markdown: await readFile(join(folder, path), 'utf8'),
      };
    }),
  );
}
