import { sweepContainers } from './container-sweep.ts';
import type { DockerClient } from './docker-client.ts';
import { Guard } from './guard.ts';
import {
  type HostDirectory,
  holdHostDirectory,
  makeHostDirectory,
  sweepDeadHosts,
} from './host-directory.ts';

/** What all managers of one process share: one directory for sockets, one guard. */
export interface OpenHome {
  readonly directory: HostDirectory;
  readonly guard: Guard;
  /** Removes the containers of dead hosts, in the background; only the first call does anything. */
  sweepContainersOnce(docker: DockerClient): void;
}

interface SharedHome {
  readonly opening: Promise<OpenHome>;
  /** What goes on in the background. */
  readonly sweeps: Promise<void>[];
  users: number;
}

let shared: SharedHome | undefined;

/** One manager's share in the home of its process. Made when a plugin is first launched, removed by the last user. */
export class HostHome {
  #share: SharedHome | undefined;

  async open(): Promise<OpenHome> {
    if (this.#share === undefined) {
      if (shared === undefined) {
        const sweeps = [sweepDeadHosts()];
        shared = { opening: createHome(sweeps), sweeps, users: 0 };
      }
      shared.users++;
      this.#share = shared;
    }
    const share = this.#share;
    try {
      return await share.opening;
    } catch (error) {
      // The next one tries anew: a full or missing temporary directory may be mended by then.
      if (shared === share) shared = undefined;
      if (this.#share === share) this.#share = undefined;
      throw error;
    }
  }

  /** To be called when every process launched with it has ended. */
  async close(): Promise<void> {
    const share = this.#share;
    this.#share = undefined;
    if (share === undefined || --share.users > 0) return;
    if (shared === share) shared = undefined;
    const { directory, guard } = await share.opening;
    await Promise.all([directory.remove(), guard.close(), ...share.sweeps]);
  }
}

async function createHome(sweeps: Promise<void>[]): Promise<OpenHome> {
  const path = await makeHostDirectory();
  // At once, as from here on there is something to clean up after a host that is killed.
  const guard = new Guard(path);
  try {
    const directory = await holdHostDirectory(path);
    let swept = false;
    const sweepContainersOnce = (docker: DockerClient) => {
      if (!swept) sweeps.push(sweepContainers(docker));
      swept = true;
    };
    return { directory, guard, sweepContainersOnce };
  } catch (error) {
    await guard.close();
    throw error;
  }
}
