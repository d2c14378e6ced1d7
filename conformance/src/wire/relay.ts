import { connect, type Server, type Socket } from 'node:net';
import { message } from '../../../protocol/vectors/generate/control-messages.ts';
import { V1, v1Frame } from '../../../protocol/vectors/generate/frames.ts';
import { type Address, listenAt, targetOf } from './address.ts';
import { decodeControl } from './decode-control.ts';
import type { Direction } from './trace.ts';

/** Hears what passes, of one connection. */
export interface Listener {
  bytes(direction: Direction, chunk: Uint8Array): void;
  closed(): void;
}

export interface RelayOptions {
  /** Takes the offer of version 2 out of what the host says: to each side the other then is one of version 1. */
  readonly withoutOffer: boolean;
  readonly listener?: () => Listener;
  /** Awaited before the host is told that the plugin's end of a connection is gone. */
  readonly beforeLoss?: () => Promise<void>;
}

/** Stands between a host and a plugin: what one says it hands to the other. */
export class Relay {
  readonly address: Address;
  readonly #server: Server;
  readonly #sockets: Set<Socket>;

  private constructor(address: Address, server: Server, sockets: Set<Socket>) {
    this.address = address;
    this.#server = server;
    this.#sockets = sockets;
  }

  /** @param at where the host dials @param to where the plugin listens */
  static async open(at: Address, to: Address, options: RelayOptions): Promise<Relay> {
    const sockets = new Set<Socket>();
    const { server, address } = await listenAt(at, (host) => {
      const plugin = connect({ ...targetOf(to), noDelay: true } as never);
      for (const socket of [host, plugin]) {
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket));
      }
      join(host, plugin, options);
    });
    return new Relay(address, server, sockets);
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

function join(host: Socket, plugin: Socket, { withoutOffer, listener, beforeLoss }: RelayOptions): void {
  const heard = listener?.();
  const first = withoutOffer ? new FirstFrame() : undefined;
  host.on('data', (chunk) => {
    heard?.bytes('to plugin', chunk);
    send(plugin, host, first === undefined ? chunk : first.push(chunk));
  });
  plugin.on('data', (chunk) => {
    heard?.bytes('to host', chunk);
    send(host, plugin, chunk);
  });
  for (const [from, to] of [
    [host, plugin],
    [plugin, host],
  ] as const) {
    const before = from === plugin ? beforeLoss : undefined;
    from.on('error', () => {});
    from.on('end', async () => {
      await before?.();
      to.end();
    });
    from.on('close', async () => {
      heard?.closed();
      await before?.();
      // What was written to the other may still be on its way.
      to.destroySoon();
    });
  }
}

function send(to: Socket, from: Socket, chunk: Uint8Array): void {
  if (chunk.length === 0 || to.write(chunk)) return;
  from.pause();
  to.once('drain', () => from.resume());
}

/** Holds back the first frame until it is whole, and gives it without its offer. */
class FirstFrame {
  #held: Buffer | undefined = Buffer.alloc(0);

  push(chunk: Buffer): Buffer {
    if (this.#held === undefined) return chunk;
    this.#held = Buffer.concat([this.#held, chunk]);
    const held = this.#held;
    if (held.length < 9) return Buffer.alloc(0);
    const end = 9 + held.readUInt32LE(4);
    if (held.readUInt8(8) !== V1.HANDSHAKE_REQUEST) return this.#release(held);
    if (held.length < end) return Buffer.alloc(0);
    const request = decodeControl('HandshakeRequest', held.subarray(9, end));
    if (request === undefined) return this.#release(held);
    const { offer: _, ...rest } = request;
    const frame = v1Frame(V1.HANDSHAKE_REQUEST, message('HandshakeRequest', rest));
    return this.#release(Buffer.concat([frame, held.subarray(end)]));
  }

  #release(bytes: Buffer): Buffer {
    this.#held = undefined;
    return bytes;
  }
}
