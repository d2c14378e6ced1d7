import { readDocument } from './document.js';
import type { OutlineHandlers } from './plugin/outline_service.js';
import { countWords, frequentWords } from './words.js';

export const handler: OutlineHandlers = {
  describe({ markdown, mostFrequent, wordsPerMinute }) {
    const { headings, links, codeBlocks, prose, counts } = readDocument(markdown);
    const occurrences = countWords(prose);
    const words = [...occurrences.values()].reduce((sum, count) => sum + count, 0);
    return {
      title: headings.find(({ level }) => level === 1)?.text,
      counts: { ...counts, words },
      readingTimeSeconds: wordsPerMinute === 0 ? 0 : Math.round((words / wordsPerMinute) * 60),
      headings,
      links,
      codeBlocks,
      frequentWords: frequentWords(occurrences, mostFrequent),
    };
  },
};
