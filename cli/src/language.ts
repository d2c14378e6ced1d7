import type { Input } from './command.ts';

/** A language that code is generated in. */
export type Language = 'typescript' | 'go' | 'python';

/** What `--lang` says, which the command line has been checked for; TypeScript where it is left out. */
export function languageOf(input: Input): Language {
  const lang = input.values.get('lang');
  return lang === 'go' || lang === 'python' ? lang : 'typescript';
}
