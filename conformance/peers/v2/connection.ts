import type { Duplex } from 'node:stream';

/** A frame of the handshake: version 1's. */
export interface HandshakeFrame {
  readonly type: number;
  readonly payload: Buffer;
}

/** A frame of version 2. */
export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly arg: number;
  readonly metadata: Buffer;
  readonly body: Buffer;
}

/** One connection of either role: first a frame of version 1, then frames of version 2. Reads what comes, sends anything. */
export class Connection {
  readonly #socket: Duplex;
  #unread: Buffer = Buffer.alloc(0);
  #isClosed = false;
  #wake: () => void = () => {};
  /** Resolves when the other side has closed, or this one. */
  readonly closed: Promise<void>;

  constructor(socket: Duplex) {
    this.#socket = socket;
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      this.#unread = Buffer.concat([this.#unread, chunk]);
      this.#wake();
    });
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.#isClosed = true;
        this.#wake();
        resolve();
      });
    });
  }

  /** The frame of the handshake; undefined when the other side closed. @throws Error no such frame */
  async handshakeFrame(): Promise<HandshakeFrame | undefined> {
    const header = await this.#take(9);
    if (header === undefined) return undefined;
    if (header.toString('latin1', 0, 4) !== 'PLGN') throw new Error('no PLGN where the handshake should be');
    const payload = await this.#take(header.readUInt32LE(4));
    return payload && { type: header.readUInt8(8), payload };
  }

  /** The next frame; undefined when the other side closed. */
  async frame(): Promise<Frame | undefined> {
    const header = await this.#take(16);
    const payload = header && (await this.#take(header.readUInt32LE(0)));
    if (header === undefined || payload === undefined) return undefined;
    const meta = header.readUInt16LE(6);
    return {
      type: header.readUInt8(4),
      flags: header.readUInt8(5),
      stream: header.readUInt32LE(8),
      arg: header.readUInt32LE(12),
      metadata: payload.subarray(0, meta),
      body: payload.subarray(meta),
    };
  }

  /** Any bytes at all. */
  send(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** Bytes that the other side has not taken. */
  get unsentBytes(): number {
    return this.#socket.writableLength;
  }

  /** Nothing more is taken from the socket, so that what the other side sends piles up. */
  stopReading(): void {
    this.#socket.pause();
  }

  resumeReading(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#socket.destroy();
  }

  async #take(bytes: number): Promise<Buffer | undefined> {
    while (this.#unread.length < bytes) {
      if (this.#isClosed) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const taken = this.#unread.subarray(0, bytes);
    this.#unread = this.#unread.subarray(bytes);
    return taken;
  }
}
