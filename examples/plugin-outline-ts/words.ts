import type { FrequentWordT } from './plugin/values.js';

/** A letter, then letters, digits, and what holds a word together inside: "don't", "read-only". */
const word = /\p{L}[\p{L}\p{M}\p{N}]*(?:['’-][\p{L}\p{N}]+)*/gu;

/** Words that say nothing about what a text is about. */
const commonWords = new Set(
  `a about after all also an and any are as at be been before but by can do does each every for from had has have he
  how if in into is it its may more most must no not nothing of on once one only or other our out over own same she so
  than that the their them then there these they this to two under until up was we were what when where which while
  who whose will with without would you your`.split(/\s+/),
);

/** How often each word occurs, in lower case. */
export function countWords(texts: readonly string[]): Map<string, number> {
  const occurrences = new Map<string, number>();
  for (const text of texts) {
    for (const [match] of text.toLowerCase().matchAll(word)) {
      occurrences.set(match, (occurrences.get(match) ?? 0) + 1);
    }
  }
  return occurrences;
}

/** The most frequent first, those as frequent as each other by the alphabet. */
export function frequentWords(occurrences: ReadonlyMap<string, number>, most: number): FrequentWordT[] {
  return [...occurrences]
    .filter(([text]) => text.length > 1 && !commonWords.has(text))
    .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
    .slice(0, most)
    .map(([text, count]) => ({ word: text, count }));
}
