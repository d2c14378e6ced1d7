import type { Socket } from 'node:net';
import { openHostSession } from '../session/open-host-session.ts';
import { SocketLink } from '../transport/socket-link.ts';
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
 * Shakes hands over a socket, Unix or TCP, that is connected or connecting.
 * @throws HandshakeError the plugin refused or is not to be trusted; TransportError it is not there
 */
export async function connect(socket: Socket, options: ConnectOptions): Promise<Client> {
  const address =
    socket.remoteAddress === undefined ? 'the socket' : `${socket.remoteAddress}:${socket.remotePort}`;
  return new Client(await openHostSession(new SocketLink(socket, address), options));
}
