import { connect, type NetConnectOpts } from 'node:net';
import { ErrorCode, TransportError } from '../errors/index.ts';
import type { Link } from '../session/link.ts';
import { ReadBuffer } from './read-buffer.ts';
import { SocketLink } from './socket-link.ts';

export interface DialOptions {
  /** Milliseconds. Default 5,000. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** @throws TransportError UNAVAILABLE: nobody listens, no such socket, time ran out; CANCELLED by the signal */
export function dial(target: NetConnectOpts, description: string, options: DialOptions): Promise<Link> {
  const { timeoutMs = 5_000, signal } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(cancelled(description, signal.reason));
      return;
    }
    const reads = new ReadBuffer();
    const socket = connect({ ...target, noDelay: true, onread: reads.onread });
    // Until the link is started nobody takes what comes.
    socket.pause();
    const timer = setTimeout(
      () => fail(unreachable(description, `no answer within ${timeoutMs} ms`)),
      timeoutMs,
    );
    const onAbort = () => fail(cancelled(description, signal?.reason));
    const onError = (error: NodeJS.ErrnoException) => fail(unreachable(description, reason(error), error));
    const settle = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    const fail = (error: TransportError) => {
      settle();
      socket.off('error', onError);
      socket.on('error', () => {});
      socket.destroy();
      reject(error);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    socket.once('error', onError);
    socket.once('connect', () => {
      settle();
      socket.off('error', onError);
      resolve(new SocketLink(socket, description, reads));
    });
  });
}

function unreachable(description: string, why: string, cause?: Error): TransportError {
  return new TransportError(ErrorCode.UNAVAILABLE, `cannot connect to ${description}: ${why}`, {
    cause,
    retrySafe: true,
  });
}

function cancelled(description: string, cause: unknown): TransportError {
  return new TransportError(ErrorCode.CANCELLED, `connecting to ${description} was cancelled`, { cause });
}

function reason(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ECONNREFUSED':
      return 'nobody listens there (ECONNREFUSED)';
    case 'ENOENT':
      return 'there is no such socket (ENOENT)';
    case 'EACCES':
      return 'permission denied (EACCES)';
    case 'ENOTFOUND':
      return 'the host name is not known (ENOTFOUND)';
    default:
      return error.message;
  }
}
