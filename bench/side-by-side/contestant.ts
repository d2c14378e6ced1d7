/** One way of getting bytes to another process (or thread) and back. Each has a file in `contestants/`. */
export interface Contestant {
  /** Starts the other side and connects to it, once. */
  open(): Promise<Connection>;
}

export interface Connection {
  /** Makes ready to send messages of this many bytes of payload. */
  prepare(bytes: number): Echo;
  close(): Promise<void>;
}

/** A message to be sent again and again. */
export interface Echo {
  /** Sends it and resolves with what came back. May be called again before that. */
  call(): Promise<unknown>;
  /** The bytes of payload in what came back, to see that all of it did. */
  lengthOf(answer: unknown): number;
}

/** In the order of the table. `file` is in `contestants/`. */
export const contestants = [
  { name: 'raw net', file: 'raw-net.ts' },
  { name: 'raw net, whole', file: 'whole-net.ts' },
  { name: 'pluginart raw', file: 'pluginart-raw.ts' },
  { name: 'pluginart typed', file: 'pluginart-typed.ts' },
  { name: 'pluginart v1', file: 'pluginart-v1.ts' },
  { name: 'worker_threads', file: 'worker-threads.ts' },
  { name: '@grpc/grpc-js', file: 'grpc.ts' },
] as const;

export type ContestantName = (typeof contestants)[number]['name'];
