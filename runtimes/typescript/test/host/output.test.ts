import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { LogRecord } from '../../src/host/manager/log-record.ts';
import { PluginManager } from '../../src/host/manager/plugin-manager.ts';
import { pluginSpec } from '../fixtures/plugin-spec.ts';
import { until } from './processes.ts';

const BYTES = 100 * 1024 * 1024;
const MAX_PIECE_BYTES = 65_536;
/** Far less than what was printed, far more than what the host needs. */
const MAX_GROWTH_BYTES = 64 * 1024 * 1024;

for (const stream of ['stdout', 'stderr'] as const) {
  for (const when of ['before', 'after'] as const) {
    test(`100 MB without a newline on ${stream}, ${when} READY`, async () => {
      const env: Record<string, string> = when === 'before' ? { FLOOD: `${stream}:${BYTES}` } : {};
      let seen = 0;
      let peakBytes = 0;
      const logger = ({ message, whole }: LogRecord) => {
        seen += message.length;
        assert.ok(!whole && message.length <= MAX_PIECE_BYTES);
        peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
      };
      const beforeBytes = process.memoryUsage.rss();
      const manager = new PluginManager([pluginSpec('echo', 'plugin.mjs', { launch: { env } })], { logger });
      await manager.start();
      if (when === 'after') {
        const flood = manager.call('echo', Buffer.from(`flood ${stream} ${BYTES}`));
        // The plugin keeps answering meanwhile.
        assert.equal(await manager.call('echo', Buffer.from('hello')).then(String), 'hello');
        await flood;
      }
      await until('all of it arrived', () => seen > BYTES - MAX_PIECE_BYTES);
      await manager.shutdown();
      assert.equal(seen, BYTES);
      assert.ok(
        peakBytes - beforeBytes < MAX_GROWTH_BYTES,
        `the host grew by ${peakBytes - beforeBytes} bytes`,
      );
    });
  }
}
