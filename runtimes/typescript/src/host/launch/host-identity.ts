import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * Names this process for as long as anybody may ask whether it lives, on engines that several users, machines and
 * containers share: `<scope>/<pid>/<start>`. The scope is the boot, the process namespace and the user, as nobody else's
 * processes can be judged from here.
 */
export function hostIdentity(): string {
  return `${scope()}/${process.pid}/${startOf(process.pid) ?? ''}`;
}

/** Whether a process that was named so is certainly gone. False also for those that cannot be judged from here. */
export function isCertainlyGone(identity: string): boolean {
  const [theirScope, pid, start] = identity.split('/');
  if (theirScope !== scope() || !/^[1-9]\d*$/.test(pid ?? '')) return false;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
  const now = startOf(Number(pid));
  // The same number was given to somebody else.
  return start !== '' && now !== undefined && now !== start;
}

function scope(): string {
  const user = process.getuid?.() ?? 0;
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    const namespace = /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0];
    return `${boot}.${namespace}.${user}`;
  } catch {
    // No /proc (macOS): there are no process namespaces either.
    return `${hostname().replaceAll('/', '_')}.${user}`;
  }
}

/** In ticks since boot; undefined where the system does not tell. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name, in brackets, may hold anything; the start is the 20th field after it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
