import { Duplex } from 'node:stream';
import type { Link } from '../../src/session/link.ts';

/** A link's far end as the stream that a peer takes, in place of a socket. */
export class LinkDuplex extends Duplex {
  readonly #link: Link;
  readonly #waiting: (() => void)[] = [];
  #isClosed = false;

  constructor(link: Link) {
    super({ allowHalfOpen: false });
    this.#link = link;
    link.start({
      missingBytes: 0,
      onBytes: (bytes) => {
        if (!this.push(Buffer.from(bytes))) link.pause();
      },
      onDrain: () => {
        for (const go of this.#waiting.splice(0)) go();
      },
      onClose: () => {
        this.#isClosed = true;
        for (const go of this.#waiting.splice(0)) go();
        // What came before the end is read first, as from a socket.
        this.push(null);
        this.once('end', () => this.destroy());
      },
    });
  }

  override _read(): void {
    this.#link.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    // One that reads nothing learns of the end by writing, as with a socket.
    if (this.#isClosed) {
      done(new Error('EPIPE'));
      return;
    }
    this.#link.write(chunk);
    if (this.#link.unsentBytes < 1_000_000) done();
    else this.#waiting.push(done);
  }

  override _final(done: () => void): void {
    this.#link.end();
    done();
  }

  override _destroy(_error: Error | null, done: (error?: Error | null) => void): void {
    this.#link.destroy();
    done(null);
  }
}
