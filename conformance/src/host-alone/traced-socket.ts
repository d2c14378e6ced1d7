import type { Socket } from 'node:net';
import type { ConnectionTrace } from '../wire/trace.ts';

/** The same socket, of which a plugin's side is noted: what comes to it, and what it writes. */
export function tracedSocket(socket: Socket, trace: ConnectionTrace): Socket {
  socket.on('data', (chunk) => trace.bytes('to plugin', chunk));
  socket.once('close', () => trace.closed());
  const write = socket.write.bind(socket) as (chunk: Uint8Array | string) => boolean;
  socket.write = ((chunk: Uint8Array | string) => {
    trace.bytes('to host', Buffer.from(chunk as Uint8Array));
    return write(chunk);
  }) as Socket['write'];
  return socket;
}
