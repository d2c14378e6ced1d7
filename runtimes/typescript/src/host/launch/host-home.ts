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
}

interface SharedHome {
  readonly opening: Promise<OpenHome>;
  readonly swept: Promise<void>;
  users: number;
}

let shared: SharedHome | undefined;

/** One manager's share in the home of its process. Made when a plugin is first launched, removed by the last user. */
export class HostHome {
  #share: SharedHome | undefined;

  async open(): Promise<OpenHome> {
    if (this.#share === undefined) {
      shared ??= { opening: createHome(), swept: sweepDeadHosts(), users: 0 };
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
    await Promise.all([directory.remove(), guard.close(), share.swept]);
  }
}

async function createHome(): Promise<OpenHome> {
  const path = await makeHostDirectory();
  // At once, as from here on there is something to clean up after a host that is killed.
  const guard = new Guard(path);
  try {
    return { directory: await holdHostDirectory(path), guard };
  } catch (error) {
    await guard.close();
    throw error;
  }
}
