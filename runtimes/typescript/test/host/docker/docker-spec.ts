import type { TestContext } from 'node:test';

import { containerDefaults, type DockerLaunch } from '../../../src/host/launch/launch-spec.ts';
import type { LogRecord } from '../../../src/host/manager/log-record.ts';
import type { PluginSpec } from '../../../src/host/supervise/plugin-spec.ts';
import { CONTRACT_HASH, pluginSpec } from '../../fixtures/plugin-spec.ts';
import { managerOf } from '../started-manager.ts';

/** How a fixture runs in a container; as a configuration with nothing but the image would have it. */
export function dockerLaunch(image: string, overrides: Partial<DockerLaunch> = {}): DockerLaunch {
  return {
    type: 'docker',
    image,
    ...containerDefaults,
    args: ['/app/test/fixtures/plugins/plugin.mjs'],
    ...overrides,
    env: { CONTRACT_HASH, ...overrides.env },
  };
}

export function dockerSpec(
  image: string,
  launch: Partial<DockerLaunch> = {},
  overrides: Partial<Omit<PluginSpec, 'launch' | 'name'>> = {},
): PluginSpec {
  return { ...pluginSpec('echo', '', overrides), launch: dockerLaunch(image, launch) };
}

/** A manager of one container, `echo`, that has been started. */
export async function startedContainer(context: TestContext, spec: PluginSpec) {
  const manager = managerOf(context, spec);
  const log: LogRecord[] = [];
  manager.on('log', (record) => log.push(record));
  await manager.start();
  const status = () => manager.status()[0]!;
  const send = (command: string): Promise<string> => manager.call('echo', Buffer.from(command)).then(String);
  return { manager, log, send, status };
}
