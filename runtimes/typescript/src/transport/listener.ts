import type { AddressInfo, ListenOptions, Server } from 'node:net';
import { ErrorCode, TransportError } from '../errors/index.ts';
import type { Link } from '../session/link.ts';
import { SocketLink } from './socket-link.ts';

export interface Listener {
  /** What it is bound to, the port that was chosen for port 0 included. */
  readonly description: string;
  /** The bound port; undefined for Unix sockets. */
  readonly port: number | undefined;
  /** Takes no more connections; those accepted live on. A Unix socket's file is removed. */
  close(): void;
}

export function listen(
  server: Server,
  where: ListenOptions,
  description: string,
  onLink: (link: Link) => void,
  onBound?: () => void,
): Promise<Listener> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'it is in use (EADDRINUSE)' : error.message;
      reject(
        new TransportError(ErrorCode.UNAVAILABLE, `cannot listen on ${description}: ${why}`, {
          cause: error,
        }),
      );
    });
    server.on('connection', (socket) => onLink(new SocketLink(socket, description)));
    server.listen(where, () => {
      try {
        onBound?.();
      } catch (cause) {
        server.close();
        reject(new TransportError(ErrorCode.UNAVAILABLE, `cannot listen on ${description}`, { cause }));
        return;
      }
      const bound = server.address() as AddressInfo | string | null;
      const port = typeof bound === 'object' ? bound?.port : undefined;
      resolve({ description, port, close: () => server.close() });
    });
  });
}
