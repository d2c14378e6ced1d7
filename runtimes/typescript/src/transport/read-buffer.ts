import type { OnReadOpts } from 'node:net';
import type { LinkSink } from '../session/link.ts';

/** What Node reads at most at a time from other sockets, too: little enough to answer while more is on its way. */
const readBytes = 65_536;
/** While a long frame is coming, with which nothing can be done before all of it is here. */
const longReadBytes = 262_144;

/**
 * Has a socket read into the same memory again and again, past its stream: no garbage, and less work for each read.
 * Node takes it for sockets that it is asked to connect, not for those that it accepts.
 */
export class ReadBuffer {
  /** Where the bytes go. */
  sink: LinkSink | undefined;
  /** The option for `net.connect`. */
  readonly onread: OnReadOpts;
  readonly #memory = Buffer.allocUnsafeSlow(readBytes);
  #longMemory: Buffer<ArrayBuffer> | undefined;

  constructor() {
    let current = this.#memory;
    this.onread = {
      buffer: () => {
        current = this.#next();
        return current;
      },
      callback: (length) => {
        this.sink?.onBytes(current.subarray(0, length));
        return true;
      },
    };
  }

  #next(): Buffer<ArrayBuffer> {
    if (this.sink === undefined || this.sink.missingBytes <= readBytes) return this.#memory;
    this.#longMemory ??= Buffer.allocUnsafeSlow(longReadBytes);
    return this.#longMemory;
  }
}
