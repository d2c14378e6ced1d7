import { createServer } from 'node:net';
import { ConfigError } from '../errors/index.ts';
import type { Link } from '../session/link.ts';
import { type DialOptions, dial } from './dial.ts';
import { type Listener, listen } from './listener.ts';

/** A TCP endpoint; `host` without brackets. */
export interface TcpAddress {
  readonly host: string;
  readonly port: number;
}

/** `host:port`; IPv6 in brackets, `[::1]:9000`. @throws ConfigError */
export function parseAddress(text: string): TcpAddress {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || port > 65_535) {
    throw new ConfigError(
      `"${text}" is no address: expected host:port, as in 127.0.0.1:9000 or [::1]:9000, port 0 to 65535`,
    );
  }
  return { host, port };
}

export function formatAddress({ host, port }: TcpAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Connects to a TCP address. @throws TransportError */
export function connectTcp(options: TcpAddress & DialOptions): Promise<Link> {
  const { host, port } = options;
  return dial({ host, port }, formatAddress(options), options);
}

/** Listens on a TCP address. @throws TransportError */
export function listenTcp(address: TcpAddress, onLink: (link: Link) => void): Promise<Listener> {
  return listen(createServer({ noDelay: true }), { ...address }, formatAddress(address), onLink);
}
