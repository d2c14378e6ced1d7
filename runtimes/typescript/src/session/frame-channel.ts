import { ErrorCode, PluginartError, TransportError } from '../errors/index.ts';
import type { Frame } from '../wire/frame.ts';
import { type DecoderMode, FrameDecoder } from '../wire/frame-decoder.ts';
import type { Link, LinkSink } from './link.ts';

/** Who takes the frames at present: a handshake, then a session. */
export interface FrameReceiver {
  /** May throw a TransportError: a violation. */
  onFrame(frame: Frame): void;
  onDrain(): void;
  /** The peer broke the protocol. The link is still open. */
  onViolation(error: TransportError): void;
  /** The link is closed; nothing follows. */
  onClosed(loss: TransportError): void;
}

/** A link with its decoder: frames to whoever receives them now. */
export class FrameChannel implements LinkSink {
  readonly link: Link;
  /** When the last byte came, by `performance.now()`. */
  lastHeardMs: number = performance.now();
  readonly #decoder: FrameDecoder;
  #receiver: FrameReceiver;

  constructor(link: Link, receiver: FrameReceiver) {
    this.link = link;
    this.#receiver = receiver;
    this.#decoder = new FrameDecoder((frame) => this.#receiver.onFrame(frame));
    link.start(this);
  }

  get missingBytes(): number {
    return this.#decoder.missingBytes;
  }

  /** The peer has sent more than the frame being handled. */
  get hasPending(): boolean {
    return this.#decoder.hasPending;
  }

  /** From now on frames are read in `mode` and go to `receiver`; what was held back follows at once. */
  handOver(receiver: FrameReceiver, mode: DecoderMode): void {
    this.#receiver = receiver;
    this.#decoder.setMode(mode);
  }

  /** Decodes nothing more. */
  stop(): void {
    this.#decoder.close();
  }

  onBytes(bytes: Buffer): void {
    this.lastHeardMs = performance.now();
    try {
      this.#decoder.push(bytes);
    } catch (error) {
      this.#decoder.close();
      this.#receiver.onViolation(asTransportError(error));
    }
  }

  onDrain(): void {
    this.#receiver.onDrain();
  }

  onClose(error: Error | undefined): void {
    const message = `the connection to ${this.link.description} was closed${error ? `: ${error.message}` : ''}`;
    this.#decoder.close();
    this.#receiver.onClosed(
      new TransportError(ErrorCode.UNAVAILABLE, message, error === undefined ? {} : { cause: error }),
    );
  }
}

function asTransportError(error: unknown): TransportError {
  if (error instanceof TransportError) return error;
  if (error instanceof PluginartError) {
    return new TransportError(ErrorCode.PROTOCOL_VIOLATION, `the peer broke the protocol: ${error.message}`, {
      cause: error,
    });
  }
  return new TransportError(ErrorCode.INTERNAL, 'a fault of pluginart while reading a frame', {
    cause: error,
  });
}
