import { Failure } from './failure.ts';

/** The language to generate. @throws Failure for those that are still to come. */
export function checkLanguage(lang: string | undefined): 'typescript' | 'go' {
  if (lang === undefined || lang === 'typescript') return 'typescript';
  if (lang === 'go') return 'go';
  throw new Failure(
    `--lang ${lang} is not there yet: this version generates TypeScript and Go`,
    'Use --lang typescript or --lang go.',
  );
}
