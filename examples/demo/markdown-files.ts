import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

export interface MarkdownFile {
  /** Relative to the folder that was searched. */
  readonly path: string;
  readonly markdown: string;
}

/** Not written by the people of this repository. */
const skipped = new Set(['node_modules', 'dist', '.git']);

/** Every Markdown file under a folder, by path. */
export async function readMarkdownFiles(folder: string): Promise<MarkdownFile[]> {
  const paths = (await findFiles(folder)).sort();
  return Promise.all(
    paths.map(async (path) => ({ path: relative(folder, path), markdown: await readFile(path, 'utf8') })),
  );
}

async function findFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = entries.map(async (entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : findFiles(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
  return (await Promise.all(found)).flat();
}
