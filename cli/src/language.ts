import { Failure } from './failure.ts';

/** The language to generate. @throws Failure for those that are still to come. */
export function checkLanguage(lang: string | undefined): 'typescript' {
  if (lang === undefined || lang === 'typescript') return 'typescript';
  throw new Failure(
    `--lang ${lang} is not there yet: this version generates TypeScript only`,
    'Use --lang typescript.',
  );
}
