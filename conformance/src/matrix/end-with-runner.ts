import type { ChildProcess } from 'node:child_process';

const children = new Set<ChildProcess>();

/** Kills the process where the runner ends before it: nobody else would, as a remote plugin is nobody's child. */
export function endWithRunner(child: ChildProcess): void {
  if (children.size === 0) process.once('exit', killAll);
  children.add(child);
  child.once('exit', () => {
    children.delete(child);
    if (children.size === 0) process.removeListener('exit', killAll);
  });
}

/** Makes signals that end the runner an end of which it hears. */
export function exitOnSignals(): void {
  for (const [signal, number] of [
    ['SIGHUP', 1],
    ['SIGINT', 2],
    ['SIGTERM', 15],
  ] as const)
    process.once(signal, () => process.exit(128 + number));
}

function killAll(): void {
  for (const child of children) child.kill('SIGKILL');
}
