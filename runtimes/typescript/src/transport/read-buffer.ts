import type { OnReadOpts } from 'node:net';

/** What Node reads at most at a time from other sockets, too. */
const readBytes = 65_536;

/**
 * Has a socket read into the same memory again and again, past its stream: no garbage, and less work for each read.
 * Node takes it for sockets that it is asked to connect, not for those that it accepts.
 */
export class ReadBuffer {
  /** Where the bytes go, which are valid during the call only. */
  onBytes: ((bytes: Buffer) => void) | undefined;
  /** The option for `net.connect`. */
  readonly onread: OnReadOpts;

  constructor() {
    const memory = Buffer.allocUnsafeSlow(readBytes);
    this.onread = {
      buffer: memory,
      callback: (length) => {
        this.onBytes?.(memory.subarray(0, length));
        return true;
      },
    };
  }
}
