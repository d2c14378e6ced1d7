/**
 * A connection as a session sees it: ordered bytes both ways, whoever carries them.
 * The transports implement it; `unsentBytes` is what the peer has not taken yet.
 */
export interface Link {
  /** For messages to people: `unix:/tmp/x.sock`, `127.0.0.1:9000`, `memory`. */
  readonly description: string;
  /** Bytes written and not yet taken by the operating system. */
  readonly unsentBytes: number;
  /** Bytes handed over stay unchanged until they are sent. Never blocks and never throws; after close it does nothing. */
  write(bytes: Uint8Array): void;
  /** Writes between the two leave together. */
  cork(): void;
  uncork(): void;
  /** Stops and resumes `onBytes`. Only version 1 uses this: its peers may be held back. */
  pause(): void;
  resume(): void;
  /** Delivers events to the sink from now on; nothing is delivered before. Called once, at once after creation. */
  start(sink: LinkSink): void;
  /** Sends what was written, then closes. A peer that does not take it within `lingerMs` (default 1000) is cut off. */
  end(lingerMs?: number): void;
  /** Closes now; unsent bytes are lost. */
  destroy(): void;
}

export interface LinkSink {
  /** Bytes still to come of a frame that has begun; how much to read at a time. */
  readonly missingBytes: number;
  /** The bytes are valid during the call only. */
  onBytes(bytes: Buffer): void;
  /** `unsentBytes` fell to zero after having been above it. */
  onDrain(): void;
  /** Once, at the end, for whatever reason; `error` where it was not orderly. */
  onClose(error: Error | undefined): void;
}
