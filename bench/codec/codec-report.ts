import { threeDigits, whole } from '../report/format.ts';
import { table } from '../report/table.ts';
import { type Verdict, verdict } from '../side-by-side/expectations.ts';
import type { CodecResult } from './codec-rounds.ts';

export function codecReport(results: readonly CodecResult[]): string {
  const rows = results.map(({ what, bytes, oursNs, officialNs }) => [
    what,
    whole(bytes),
    whole(oursNs),
    whole(officialNs),
    threeDigits(officialNs / oursNs),
  ]);
  const headings = ['', 'bytes', 'pluginart ns', 'official ns', 'times as fast'];
  return `Codecs beside the official builder and object API, medians of processor time\n\n${table(headings, rows)}`;
}

export function judgeCodecs(results: readonly CodecResult[]): Verdict[] {
  return results.map(({ what, atLeast, oursNs, officialNs }) =>
    verdict(`${what}: speed of our codec / of the official one`, { atLeast }, officialNs / oursNs),
  );
}
