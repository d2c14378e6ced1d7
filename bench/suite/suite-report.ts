import { bytes, threeDigits, whole } from '../report/format.ts';
import { table } from '../report/table.ts';
import { callers, measured, type Row } from './row.ts';

export function suiteReport(rows: readonly Row[]): string {
  const body = rows.map((row) => {
    const { peakHeapBytes, retainedHeapBytes } = measured(row);
    return [
      row.subject,
      whole(row.bytes),
      whole(row.nsPerCall),
      threeDigits(row.megabytesPerSecond),
      bytes(peakHeapBytes),
      `${(peakHeapBytes / row.calls).toFixed(1)} B`,
      bytes(retainedHeapBytes),
      `${(retainedHeapBytes / row.calls).toFixed(2)} B`,
      bytes(row.plugin.rssGrowthBytes),
    ];
  });
  const headings = ['', 'bytes', 'ns/op', 'MB/s', 'peak heap', '/op', 'retained', '/op', 'plugin RSS'];
  return `Suite: raw calls, ${callers} callers\n\n${table(headings, body)}`;
}
