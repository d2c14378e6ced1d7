import type { Socket } from 'node:net';
import { openHostSession } from '../session/open-host-session.ts';
import type { DialOptions } from '../transport/dial.ts';
import { SocketLink } from '../transport/socket-link.ts';
import { connectUnix } from '../transport/unix.ts';
import { Client } from './client.ts';

export interface ConnectOptions {
  /** A label, for the plugin's logs. */
  readonly pluginName: string;
  /** What this side was built from: `CONTRACT_HASH` of the generated code. */
  readonly contractHash: string;
  /** The secret shared with the plugin, as hex; undefined = none. */
  readonly token?: string | undefined;
  /** 2 refuses plugins that speak version 1 only. Default 1. */
  readonly minProtocol?: 1 | 2 | undefined;
  /** Speak version 1 only. Default false. */
  readonly onlyVersion1?: boolean | undefined;
  /** The largest message this side receives, bytes. Default 4,194,304. */
  readonly maxMessageBytes?: number | undefined;
  /** For calls that name no timeout, milliseconds; 0 = none. Default 30,000. */
  readonly callTimeoutMs?: number | undefined;
  /** Milliseconds for the handshake. Default 5,000. */
  readonly handshakeTimeoutMs?: number | undefined;
  /** Aborting gives up on the handshake. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Shakes hands with a plugin that is running.
 * @param target the path of a Unix socket, to be connected to; or a socket, Unix or TCP, that is connected or
 *   connecting, and the client's from now on. The path is the faster of the two
 * @throws HandshakeError the plugin refused or is not to be trusted; TransportError it is not there
 */
export async function connect(target: Socket | string, options: ConnectOptions): Promise<Client> {
  const link =
    typeof target === 'string' ? await connectUnix(target, dialOptions(options)) : takeSocket(target);
  return new Client(await openHostSession(link, options));
}

function dialOptions({ handshakeTimeoutMs: timeoutMs, signal }: ConnectOptions): DialOptions {
  return { timeoutMs, signal };
}

function takeSocket(socket: Socket): SocketLink {
  const address =
    socket.remoteAddress === undefined ? 'the socket' : `${socket.remoteAddress}:${socket.remotePort}`;
  return new SocketLink(socket, address);
}
