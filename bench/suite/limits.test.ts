import assert from 'node:assert/strict';
import { it } from 'node:test';
import { exceededLimits } from './limits.ts';
import type { Consumption } from './process-meter.ts';
import type { Row } from './row.ts';

const nothing: Consumption = { cpuMs: 0, peakHeapBytes: 0, retainedHeapBytes: 0, rssGrowthBytes: 0 };
const row: Row = {
  subject: 'host manager',
  bytes: 10,
  calls: 1,
  nsPerCall: 1,
  megabytesPerSecond: 1,
  host: nothing,
  plugin: nothing,
};
const mebibyte = 1_048_576;

it('allows a host 16 MiB retained and a plugin 32 MiB of growth, and no more', () => {
  const atLimit = {
    ...row,
    host: { ...nothing, retainedHeapBytes: 16 * mebibyte, rssGrowthBytes: 100 * mebibyte },
    plugin: { ...nothing, retainedHeapBytes: 20 * mebibyte, rssGrowthBytes: 32 * mebibyte },
  };
  assert.deepEqual(exceededLimits([row, atLimit]), []);
  const beyond = {
    ...row,
    host: { ...nothing, retainedHeapBytes: 17 * mebibyte },
    plugin: { ...nothing, rssGrowthBytes: 33 * mebibyte },
  };
  assert.deepEqual(exceededLimits([beyond]), [
    'host manager, 10 bytes: the host retains 17.0 MiB, at most 16.0 MiB are allowed',
    "host manager, 10 bytes: the plugin's RSS grew by 33.0 MiB, at most 32.0 MiB are allowed",
  ]);
});
