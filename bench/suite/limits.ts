import type { Row } from './row.ts';

const mebibyte = 1_048_576;
/** What a host may hold on to after a row, beyond what it held before. */
const maxRetainedBytes = 16 * mebibyte;
/** What a plugin's resident set may grow by during a row. */
const maxRssGrowthBytes = 32 * mebibyte;

/** A sentence for each limit that a row exceeds. */
export function exceededLimits(rows: readonly Row[]): string[] {
  return rows.flatMap(({ subject, bytes, host, plugin }) => {
    const row = `${subject}, ${bytes} bytes`;
    const failures: string[] = [];
    if (host.retainedHeapBytes > maxRetainedBytes) {
      failures.push(
        `${row}: the host retains ${mib(host.retainedHeapBytes)}, at most ${mib(maxRetainedBytes)} are allowed`,
      );
    }
    if (plugin.rssGrowthBytes > maxRssGrowthBytes) {
      failures.push(
        `${row}: the plugin's RSS grew by ${mib(plugin.rssGrowthBytes)}, at most ${mib(maxRssGrowthBytes)} are allowed`,
      );
    }
    return failures;
  });
}

function mib(bytes: number): string {
  return `${(bytes / mebibyte).toFixed(1)} MiB`;
}
