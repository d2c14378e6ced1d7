import { setTimeout as delay } from 'node:timers/promises';

import { TransportError } from '../../errors/index.ts';
import type { Link } from '../../session/link.ts';
import { connectTcp } from '../../transport/tcp.ts';
import { connectUnix } from '../../transport/unix.ts';
import type { Address } from '../launch/instance.ts';

/** Some plugins print READY a moment before they listen. */
export const READY_PATIENCE_MS = 300;
export const RETRY_MS = 20;

export interface DialOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** @throws TransportError */
export function dialPlugin(address: Address, options: DialOptions): Promise<Link> {
  return address.kind === 'unix'
    ? connectUnix(address.path, options)
    : connectTcp({ host: address.host, port: address.port, ...options });
}

/** For a plugin that has just said READY. @throws TransportError when nobody has listened for a third of a second */
export async function dialReadyPlugin(address: Address, options: DialOptions): Promise<Link> {
  const giveUpMs = performance.now() + READY_PATIENCE_MS;
  for (;;) {
    try {
      return await dialPlugin(address, options);
    } catch (error) {
      if (!nobodyListens(error) || options.signal.aborted || performance.now() >= giveUpMs) throw error;
      await delay(RETRY_MS);
    }
  }
}

export function nobodyListens(error: unknown): boolean {
  const code = systemCode(error);
  return code === 'ECONNREFUSED' || code === 'ENOENT';
}

/** The operating system's code for a failure to connect. */
export function systemCode(error: unknown): string | undefined {
  const code = error instanceof TransportError && (error.cause as NodeJS.ErrnoException | undefined)?.code;
  // Our own errors have numbers.
  return typeof code === 'string' ? code : undefined;
}
