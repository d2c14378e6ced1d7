import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const repository = join(import.meta.dirname, '..', '..');

/** A fenced block of code in a Markdown file of this repository. */
export interface CodeBlock {
  readonly language: string;
  readonly text: string;
  /** The file that was last linked to before it, by its path from the root as the link's text: [`a/b.ts`](...). */
  readonly shows: string | undefined;
}

export function readText(path: string): string {
  return readFileSync(join(repository, path), 'utf8');
}

export function codeBlocks(path: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  const fence = /^```(\w*)\n(.*?)^```$/gms;
  const markdown = readText(path);
  for (const match of markdown.matchAll(fence)) {
    const before = markdown.slice(0, match.index);
    const shows = [...before.matchAll(/\[`([^`]+)`\]\([^)]+\)/g)].at(-1)?.[1];
    blocks.push({ language: match[1]!, text: match[2]!, shows });
  }
  return blocks;
}
