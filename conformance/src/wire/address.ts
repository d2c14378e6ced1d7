import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type NetConnectOpts, type Server, type Socket } from 'node:net';

/** Absolute path of a Unix socket, or `host:port`. */
export type Address = string;

export function targetOf(address: Address): NetConnectOpts {
  if (address.startsWith('/')) return { path: address };
  const colon = address.lastIndexOf(':');
  return {
    host: address.slice(0, colon).replace(/^\[(.*)\]$/, '$1'),
    port: Number(address.slice(colon + 1)),
  };
}

/**
 * A TCP address of this machine that nobody listens on, below the range from which the system gives ports away: until
 * it is bound it may not be somebody else's by chance.
 */
export async function freeAddress(): Promise<Address> {
  for (;;) {
    const address = `127.0.0.1:${randomInt(12_000, 32_000)}`;
    try {
      const { server } = await listenAt(address, () => {});
      server.close();
      await once(server, 'close');
      return address;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
}

/** Listens; `127.0.0.1:0` is any free port. */
export async function listenAt(
  address: Address,
  onSocket: (socket: Socket) => void,
): Promise<{ server: Server; address: Address }> {
  const server = createServer({ noDelay: true }, onSocket);
  server.listen(targetOf(address));
  await once(server, 'listening');
  const bound = server.address() as AddressInfo | string;
  return { server, address: typeof bound === 'string' ? bound : `127.0.0.1:${bound.port}` };
}
