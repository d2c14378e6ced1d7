import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** The processes that this one started and that still run, and those that its plugins left to it. */
export function childProcesses(): number[] {
  const all = process.platform === 'linux' ? fromProc() : fromPs();
  return all.filter(({ parent }) => parent === process.pid).map(({ pid }) => pid);
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

interface Entry {
  readonly pid: number;
  readonly parent: number;
}

function fromProc(): Entry[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      // "pid (name) state parent ..."; the name may hold anything, a parenthesis too.
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
      return [{ pid: Number(pid), parent: Number(fields[1]) }];
    } catch {
      return []; // It ended meanwhile.
    }
  });
}

function fromPs(): Entry[] {
  const { stdout, pid: ps } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .map(([pid, parent]) => ({ pid: pid!, parent: parent! }))
    .filter(({ pid }) => pid !== ps);
}
