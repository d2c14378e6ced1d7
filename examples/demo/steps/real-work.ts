import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inspect } from 'node:util';
import { claim, formatCount, formatMs, heading, quote, say, table } from '../narration.js';
import { type DescribeResponseT, LinkKind } from '../plugins/outline/values.js';
import { repository, type Stage } from '../stage.js';

const MOST_ROWS = 10;

interface Row {
  readonly path: string;
  readonly report: DescribeResponseT;
}

export async function realWork({ outline, files }: Stage): Promise<void> {
  heading('Real work on real input');
  say(
    `"outline" reads Markdown and reports what is in it. The ${files.length} documents of this repository, all at once:`,
  );
  const before = performance.now();
  const rows: Row[] = await Promise.all(
    files.map(async ({ path, markdown }) => ({
      path,
      report: await outline.describe({ markdown, mostFrequent: 3 }),
    })),
  );
  const tookMs = performance.now() - before;

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
  const shorter = rows.length > MOST_ROWS ? `${rows.length - MOST_ROWS} shorter ones are not shown. ` : '';
  const words = rows.reduce((sum, { report }) => sum + report.counts.words, 0);
  claim(words > 0, 'there is something to read');
  say(`${shorter}${formatCount(words)} words in ${formatMs(tookMs)}. ${sampleOf(rows[0]!)}`);
  showDeadLinks(rows);
}

function sampleOf({ path, report }: Row): string {
  const sample = report.headings.at(-1);
  return sample === undefined
    ? ''
    : `A report is a plain object; the last of ${path}'s headings: ${inspect(sample)}`;
}

/** What a host may do with such reports. */
function showDeadLinks(rows: readonly Row[]): void {
  const links = rows.flatMap(({ path, report }) =>
    report.links.filter(({ kind }) => kind === LinkKind.File).map((link) => ({ path, ...link })),
  );
  const dead = links.filter(
    ({ path, target }) => !existsSync(join(repository, dirname(path), decodeURI(target.split('#')[0]!))),
  );
  say(
    `Of ${links.length} links to other files, ${dead.length === 0 ? 'all lead to one' : `${dead.length} lead nowhere`}.`,
  );
  if (dead.length > 0) quote(dead.map(({ path, line, target }) => `${path}:${line}: ${target}`).join('\n'));
}

function readingTime(seconds: number): string {
  return seconds < 60 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

function frequentWords({ frequentWords }: DescribeResponseT): string {
  return frequentWords.map(({ word, count }) => `${word} ${count}`).join(', ');
}
