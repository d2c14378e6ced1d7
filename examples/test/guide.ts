import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readText } from './documentation.ts';

/** What a guide asks its reader to do, in order. */
export type GuideStep =
  /** Write a file: a block after a line that ends with the file's name, `host.ts`: */
  | { readonly kind: 'file'; readonly path: string; readonly text: string; readonly heading: string }
  /** Paste into a shell: a block of `sh`. Blocks begin in the reader's folder. `prints` is a block of `text` right behind it. */
  | {
      readonly kind: 'run';
      readonly script: string;
      readonly prints: string | undefined;
      readonly heading: string;
    };

const block = /^```(\w*)\n(.*?)^```$/gms;
/** The languages of files that a reader writes; a block of another is only to be looked at. */
const written = new Set(['ts', 'js', 'go', 'python', 'toml', 'json', 'fbs']);

export function guideSteps(path: string): GuideStep[] {
  const markdown = readText(path);
  const steps: GuideStep[] = [];
  let end = 0;
  for (const match of markdown.matchAll(block)) {
    const [whole, language, text] = match as unknown as [string, string, string];
    const between = markdown.slice(end, match.index).trimEnd();
    const heading = [...markdown.slice(0, match.index).matchAll(/^#+ (.*)$/gm)].at(-1)?.[1] ?? '';
    end = match.index + whole.length;
    const named = /`([\w./-]+\.\w+)`:$/.exec(between)?.[1];
    const last = steps.at(-1);
    if (language === 'sh') steps.push({ kind: 'run', script: text, prints: undefined, heading });
    else if (language === 'text' && between === '' && last?.kind === 'run') {
      steps[steps.length - 1] = { ...last, prints: text };
    } else if (named !== undefined && written.has(language)) {
      steps.push({ kind: 'file', path: named, text, heading });
    }
  }
  return steps;
}

export function writeStep(folder: string, step: GuideStep & { kind: 'file' }): void {
  const file = join(folder, step.path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, step.text);
}
