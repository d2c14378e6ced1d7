import { claim, formatCount, formatMs, heading, say, table } from '../narration.js';
import type { DescribeResponseT } from '../plugins/outline/values.js';
import type { Stage } from '../stage.js';

const MOST_ROWS = 12;

interface Row {
  readonly path: string;
  readonly report: DescribeResponseT;
}

export async function realWork({ outline, files }: Stage): Promise<void> {
  heading(`Real work: "outline" reads the ${files.length} Markdown files of this repository, all at once`);
  const before = performance.now();
  const rows: Row[] = await Promise.all(
    files.map(async ({ path, markdown }) => ({
      path,
      report: await outline.describe({ markdown, mostFrequent: 3 }),
    })),
  );
  const took = performance.now() - before;

  rows.sort((a, b) => b.report.counts.words - a.report.counts.words);
  table(
    [
      { title: 'document', align: 'left', text: ({ path }) => path },
      { title: 'words', align: 'right', text: ({ report }) => formatCount(report.counts.words) },
      { title: 'to read', align: 'right', text: ({ report }) => readingTime(report.readingTimeSeconds) },
      { title: 'headings', align: 'right', text: ({ report }) => `${report.headings.length}` },
      { title: 'links', align: 'right', text: ({ report }) => `${report.links.length}` },
      { title: 'most frequent words', align: 'left', text: ({ report }) => frequentWords(report) },
    ],
    rows.slice(0, MOST_ROWS),
  );
  if (rows.length > MOST_ROWS) say(`and ${rows.length - MOST_ROWS} shorter ones`);

  const words = rows.reduce((sum, { report }) => sum + report.counts.words, 0);
  claim(words > 0, 'there is something to read');
  say('');
  say(`${formatCount(words)} words in ${formatMs(took)}`);
}

function readingTime(seconds: number): string {
  return seconds < 60 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

function frequentWords({ frequentWords }: DescribeResponseT): string {
  return frequentWords.map(({ word, count }) => `${word} ${count}`).join(', ');
}
