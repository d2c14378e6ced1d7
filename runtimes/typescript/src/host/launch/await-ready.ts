import type { Evidence } from '../../errors/index.ts';
import type { InstanceProcess } from './instance.ts';

/** For a process that did not get ready to clean up after itself. */
export const UNREADY_STOP_MS = 1_000;
/** A free port may be taken by somebody else before the plugin gets to it. */
export const MAX_PORTS_TRIED = 3;

export type Outcome = 'ready' | 'exited' | 'late' | 'aborted';

/** What comes of a process first: its READY, its end, the end of the time, or of the interest in it. */
export function awaitReady(
  child: InstanceProcess & { readonly ready: Promise<void> },
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Outcome> {
  return new Promise((resolve) => {
    const settle = (outcome: Outcome) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      resolve(outcome);
    };
    const onAbort = () => settle('aborted');
    // Where this host itself was busy, READY may be in the pipe: it is read before the verdict.
    const timer = setTimeout(() => setImmediate(() => settle('late')), Math.max(timeoutMs, 0));
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
    child.ready.then(() => settle('ready'));
    // Its output may still be on its way, READY included: a process that is gone is not ready, though.
    child.ended.then(() => settle('exited'));
  });
}

/** What is wrong with a READY that was printed, but did not count. */
export function misprintedReady({ stdout, stderr }: Evidence): string {
  if (stderr.some((line) => line.trim() === 'READY')) return '; READY belongs on stdout, not on stderr';
  const line = stdout.find((text) => /\bREADY\b/.test(text));
  return line === undefined ? '' : `; READY has to be alone on its line, and not as in "${line}"`;
}
