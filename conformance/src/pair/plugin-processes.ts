import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { eventually } from '../matrix/patience.ts';

/** What a plugin says of its process, and what this machine says of it. */
export interface PluginProcesses {
  /** @param pid what the plugin itself takes for its number @returns this machine's @throws Error where it is not found */
  find(pid: number): Promise<number>;
  /** @param pid what `find` returned */
  isGone(pid: number): Promise<boolean>;
}

/**
 * After SIGSTOP: on a busy machine some of its threads run for a while. Without /proc nobody can tell.
 * @throws Error where they go on
 */
export async function standsStill(pid: number): Promise<void> {
  const tasks = `/proc/${pid}/task`;
  if (!existsSync(tasks)) return;
  const isStill = await eventually(() => {
    const states = readdirSync(tasks).map(
      (task) => /\) (\w)/.exec(readFileSync(`${tasks}/${task}/stat`, 'utf8'))?.[1],
    );
    return states.every((state) => state === 'T') || undefined;
  });
  if (isStill === undefined) throw new Error(`process ${pid} does not stand still`);
}

/** Those that see the same numbers as the runner. */
export class OwnProcesses implements PluginProcesses {
  async find(pid: number): Promise<number> {
    return pid;
  }

  async isGone(pid: number): Promise<boolean> {
    try {
      process.kill(pid, 0);
      return false;
    } catch {
      return true;
    }
  }
}

/** Those in a container, which have numbers of their own; the engine is on this machine. */
export class ContainedProcesses extends OwnProcesses {
  readonly #plugin: string;
  readonly #containers = new Map<number, string>();

  constructor(plugin: string) {
    super();
    this.#plugin = plugin;
  }

  override async find(pid: number): Promise<number> {
    // The engine may hear last of all that a container runs.
    const container = await eventually(async () => {
      const filter = `label=pluginart.plugin=${this.#plugin}`;
      return (await docker('ps', '--quiet', '--filter', filter)) || undefined;
    });
    if (container === undefined) throw new Error(`no container of ${this.#plugin} runs`);
    const init = Number(await docker('inspect', '--format', '{{.State.Pid}}', container));
    for (const candidate of await childrenOf(init)) {
      const status = await readFile(`/proc/${candidate}/status`, 'utf8');
      if (Number(/^NSpid:.*\s(\d+)$/m.exec(status)?.[1]) !== pid) continue;
      this.#containers.set(candidate, container);
      return candidate;
    }
    throw new Error(`no process of container ${container} has the number ${pid}`);
  }

  override async isGone(pid: number): Promise<boolean> {
    const container = this.#containers.get(pid);
    const left = await docker('ps', '--all', '--quiet', '--filter', `id=${container}`);
    return left === '' && (await super.isGone(pid));
  }
}

async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.trim().split(' ').map(Number);
}

async function docker(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('docker', args);
  return stdout.trim();
}
