import type { TestContext } from 'node:test';

import type { LogRecord } from '../../src/host/manager/log-record.ts';
import { PluginManager } from '../../src/host/manager/plugin-manager.ts';
import type { PluginSpec } from '../../src/host/supervise/plugin-spec.ts';
import { pluginSpec, type SpecOverrides } from '../fixtures/plugin-spec.ts';

/** A manager that is shut down after the test, however that ends. */
export function managerOf(context: TestContext, ...specs: PluginSpec[]): PluginManager {
  const manager = new PluginManager(specs, { logger: false });
  context.after(() => manager.shutdown());
  return manager;
}

/** A manager of one plugin, `echo`, that has been started. */
export async function startedManager(
  context: TestContext,
  executable: string,
  overrides: SpecOverrides = {},
) {
  const manager = managerOf(context, pluginSpec('echo', executable, overrides));
  const log: LogRecord[] = [];
  manager.on('log', (record) => log.push(record));
  await manager.start();
  const status = () => manager.status()[0]!;
  const send = (command: string, timeoutMs = 20_000): Promise<string> =>
    manager.call('echo', Buffer.from(command), { timeoutMs }).then(String);
  return { manager, log, send, status, pid: status().pid! };
}
