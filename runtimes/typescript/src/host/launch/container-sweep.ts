import type { DockerClient } from './docker-client.ts';
import { hostIdentity, isCertainlyGone } from './host-identity.ts';

const HOST_LABEL = 'pluginart.host';
const PLUGIN_LABEL = 'pluginart.plugin';

/** What a container says of itself: which process started it, and as what. */
export function containerLabels(plugin: string): Record<string, string> {
  return { [HOST_LABEL]: hostIdentity(), [PLUGIN_LABEL]: plugin };
}

/** Removes the containers of this user's hosts that are gone. Never rejects; an engine that does not answer is let be. */
export async function sweepContainers(docker: DockerClient): Promise<void> {
  const format = `{{.ID}} {{.Label "${HOST_LABEL}"}}`;
  const list = await docker.ask(['ps', '--all', '--filter', `label=${HOST_LABEL}`, '--format', format]);
  const left = (list ?? '').split('\n').flatMap((line) => {
    const [id, host] = line.trim().split(' ');
    return id !== undefined && host !== undefined && isCertainlyGone(host) ? [id] : [];
  });
  if (left.length > 0) await docker.remove(...left);
}
