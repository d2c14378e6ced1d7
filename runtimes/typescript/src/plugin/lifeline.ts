import type { Readable } from 'node:stream';

/** Calls `onEnd` once, when the host that holds the other end of `stdin` is gone. */
export function watchLifeline(stdin: Readable, onEnd: () => void): void {
  let ended = false;
  const end = () => {
    if (ended) return;
    ended = true;
    onEnd();
  };
  stdin.once('end', end);
  stdin.once('close', end);
  stdin.once('error', end);
  stdin.resume();
}
