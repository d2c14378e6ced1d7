import type { Instance, Launcher } from './instance.ts';
import type { RemoteLaunch } from './launch-spec.ts';

/** A plugin that somebody else runs: there is nothing to start and nothing to stop. */
export class RemoteLauncher implements Launcher {
  readonly command = undefined;
  readonly #launch: RemoteLaunch;

  constructor(launch: RemoteLaunch) {
    this.#launch = launch;
  }

  async launch(): Promise<Instance> {
    const { host, port, token } = this.#launch;
    return { address: { kind: 'tcp', host, port }, token, process: undefined, stop: async () => {} };
  }
}
