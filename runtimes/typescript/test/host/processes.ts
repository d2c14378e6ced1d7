import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 20;
const PATIENCE_MS = 20_000;

/** Waits for something that has to happen, with patience for a busy machine. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const limitMs = performance.now() + PATIENCE_MS;
  while (!(await condition())) {
    assert.ok(performance.now() < limitMs, `did not happen within ${PATIENCE_MS} ms: ${what}`);
    await delay(POLL_MS);
  }
}

/** Whether a process runs; one that is dead and not yet waited for does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2)[0] !== 'Z';
  } catch {
    // No /proc (macOS), or gone a moment ago.
    return process.platform !== 'linux';
  }
}

/** The descriptors that this process has open; undefined where the system does not tell. */
export function openDescriptors(): number | undefined {
  for (const directory of ['/proc/self/fd', '/dev/fd']) {
    try {
      return readdirSync(directory).length;
    } catch {
      // The other one may exist.
    }
  }
  return undefined;
}
