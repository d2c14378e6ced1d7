import { chmodSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import type { TransportError } from '../errors/index.ts';
import type { Link } from '../session/link.ts';
import { type DialOptions, dial } from './dial.ts';
import { type Listener, listen } from './listener.ts';

/** Connects to a Unix socket. @throws TransportError */
export function connectUnix(path: string, options: DialOptions = {}): Promise<Link> {
  return dial({ path }, `unix:${path}`, options);
}

/**
 * Listens on a Unix socket, readable and writable by its owner only. A socket file that nobody listens on any
 * more is replaced.
 * @throws TransportError
 */
export async function listenUnix(path: string, onLink: (link: Link) => void): Promise<Listener> {
  await removeAbandoned(path);
  const previous = process.umask(0o177);
  try {
    // Binds before it returns, so the mask holds for nothing else.
    return listen(createServer(), { path }, `unix:${path}`, onLink, () => chmodSync(path, 0o600));
  } finally {
    process.umask(previous);
  }
}

async function removeAbandoned(path: string): Promise<void> {
  if (!statSync(path, { throwIfNoEntry: false })?.isSocket()) return;
  try {
    (await connectUnix(path, { timeoutMs: 1_000 })).destroy();
  } catch (error) {
    const cause = (error as TransportError).cause as NodeJS.ErrnoException | undefined;
    if (cause?.code === 'ECONNREFUSED') rmSync(path, { force: true });
  }
}
