import type { Socket } from 'node:net';
import type { Link, LinkSink } from '../session/link.ts';
import type { ReadBuffer } from './read-buffer.ts';

const defaultLingerMs = 1_000;
/** Reads from here on are freed at once. */
const freeBytes = 16_384;

/** A connected socket, Unix or TCP, as a link. */
export class SocketLink implements Link {
  readonly description: string;
  readonly #socket: Socket;
  readonly #reads: ReadBuffer | undefined;
  #error: Error | undefined;

  /** @param reads what the socket was made with, if anything */
  constructor(socket: Socket, description: string, reads?: ReadBuffer) {
    this.#socket = socket;
    this.#reads = reads;
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
    if (this.#reads === undefined) {
      socket.on('data', (bytes: Buffer) => {
        sink.onBytes(bytes);
        free(bytes);
      });
    } else {
      this.#reads.sink = sink;
      socket.resume();
    }
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

/**
 * Gives the memory of a read back without waiting for the collector, which for every 64 MB that were read would go
 * through the whole heap.
 */
function free({ buffer, length }: Buffer): void {
  if (length >= freeBytes && buffer.byteLength === length) (buffer as ArrayBuffer).transfer(0);
}
