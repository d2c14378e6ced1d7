import type { Socket } from 'node:net';
import type { Link, LinkSink } from '../session/link.ts';

const defaultLingerMs = 1_000;

/** A connected socket, Unix or TCP, as a link. */
export class SocketLink implements Link {
  readonly description: string;
  readonly #socket: Socket;
  #error: Error | undefined;

  constructor(socket: Socket, description: string) {
    this.#socket = socket;
    this.description = description;
    socket.on('error', (error) => {
      this.#error ??= error;
    });
  }

  get unsentBytes(): number {
    return this.#socket.writableLength;
  }

  start(sink: LinkSink): void {
    const socket = this.#socket;
    socket.on('data', (bytes: Buffer) => sink.onBytes(bytes));
    socket.on('drain', () => sink.onDrain());
    if (socket.closed) queueMicrotask(() => sink.onClose(this.#error));
    else socket.once('close', () => sink.onClose(this.#error));
  }

  write(bytes: Uint8Array): void {
    if (this.#socket.writable) this.#socket.write(bytes);
  }

  cork(): void {
    this.#socket.cork();
  }

  uncork(): void {
    this.#socket.uncork();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  end(lingerMs = defaultLingerMs): void {
    const socket = this.#socket;
    if (socket.destroyed) return;
    const timer = setTimeout(() => socket.destroy(), lingerMs);
    socket.once('close', () => clearTimeout(timer));
    socket.end();
    // Nobody reads what the peer still sends; without this its bytes would hold back the end.
    socket.resume();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}
