import type { Evidence } from '../../errors/index.ts';
import { formatAddress } from '../../transport/tcp.ts';

/** Where a plugin listens. */
export type Address =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

/** `unix:/tmp/pluginart-x/echo-1.sock` or `127.0.0.1:9000`, for messages to people. */
export function describeAddress(address: Address): string {
  return address.kind === 'unix' ? `unix:${address.path}` : formatAddress(address);
}

export type OutputStream = 'stdout' | 'stderr';

/**
 * One line of a plugin's output without its newline, or one piece of at most 64 KiB of a longer line;
 * `whole` is false for such pieces.
 */
export type OnLine = (stream: OutputStream, text: string, whole: boolean) => void;

/** How a process came to its end. */
export interface Ending {
  /** `exited with code 3`, `was killed by SIGKILL`: continues a sentence that names the plugin. */
  readonly how: string;
  readonly evidence: Evidence;
}

/** A process that belongs to a plugin that has been started. */
export interface InstanceProcess {
  readonly pid: number;
  /** Resolves in the moment the process is gone; its last output may still be on its way. */
  readonly exited: Promise<void>;
  /** Resolves when the process is gone and its output is complete, at most a second later. */
  readonly ended: Promise<Ending>;
  readonly hasExited: boolean;
  /**
   * Whether it is gone within so many milliseconds, or seen to be on its way out by then: where it has just lost its
   * connection, this tells why.
   */
  endsSoon(graceMs: number): Promise<boolean>;
  /** What it has printed so far. */
  evidence(): Evidence;
}

/** A plugin that has been started and said that it is ready, or one that runs elsewhere. */
export interface Instance {
  readonly address: Address;
  /** The secret shared with it, as hex. */
  readonly token: string | undefined;
  /** Undefined for a plugin that somebody else runs. */
  readonly process: InstanceProcess | undefined;
  /** Somebody in between accepts connections whether the plugin listens or not, and closes them where it does not. */
  readonly behindProxy?: boolean;
  /** What may keep a plugin that is ready from being reached, by the code of the failure, `EACCES`; begins with `; `. */
  hintOfUnreachable?(code: string | undefined): string;
  /**
   * Asks it to end (SIGTERM to the process group), and after `graceMs` makes it (SIGKILL). Resolves when
   * nothing of it is left: no process of its group, no socket. Never rejects; may be called again.
   */
  stop(graceMs: number): Promise<void>;
}

export interface LaunchOptions {
  /** Aborting ends the process and rejects with the signal's reason, once nothing is left of it. */
  readonly signal: AbortSignal;
  /** Milliseconds until READY. */
  readonly timeoutMs: number;
  /** Gets all output but the READY line, for as long as the process lives. */
  readonly onLine: OnLine;
}

/** Starts one plugin, again and again. Knows nothing of calls and frames. */
export interface Launcher {
  /**
   * Tells what it runs from anything else: executable, arguments, directory. What that was once seen to speak is
   * remembered. Undefined for plugins that somebody else runs.
   */
  readonly command: string | undefined;
  /** @throws StartupError saying what a person needs; nothing of the process is left then. */
  launch(options: LaunchOptions): Promise<Instance>;
}
