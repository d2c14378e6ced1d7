import { once } from 'node:events';
import { type AddressInfo, createServer, type NetConnectOpts, type Server, type Socket } from 'node:net';
import { unusedPort } from '../../peers/unused-port.ts';

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
 * Nobody else's while this process lives, so that no two that start plugins at once choose one address. On Linux all of
 * 127.0.0.0/8 is this machine; a process id has at most 22 bits.
 */
const ownHost =
  process.platform === 'linux'
    ? `127.${64 + (process.pid >> 16)}.${(process.pid >> 8) & 255}.${process.pid & 255}`
    : '127.0.0.1';

/** A TCP address of this machine that nobody listens on. */
export async function freeAddress(): Promise<Address> {
  return `${ownHost}:${await unusedPort(ownHost)}`;
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
