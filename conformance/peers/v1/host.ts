import { type ChildProcess, spawn } from 'node:child_process';
import { connect, type NetConnectOpts } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  decodeHandshakeResponse,
  decodePluginError,
  decodeSeq,
  encodeHandshakeRequest,
  encodeSeq,
  type PluginError,
} from './control.ts';
import { encodeFrame, type Frame, FrameReader, FrameType } from './frames.ts';

/** What a plugin answered to a call. */
export type V1Answer = { readonly payload: Buffer } | { readonly error: PluginError };

/**
 * A version 1 host's end of one connection, as serial as version 1 is: it sends, then waits for the next frame.
 * `send` and `next` allow what the others would not.
 */
export class V1Host {
  readonly #socket: Duplex;
  readonly #reader = new FrameReader();
  readonly #frames: Frame[] = [];
  readonly #waiting: ((frame: Frame | undefined) => void)[] = [];
  #isClosed = false;
  /** Resolves when the plugin has closed the connection. */
  readonly closed: Promise<void>;

  constructor(socket: Duplex) {
    this.#socket = socket;
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.#isClosed = true;
        for (const give of this.#waiting.splice(0)) give(undefined);
        resolve();
      });
    });
  }

  static dial(target: NetConnectOpts): Promise<V1Host> {
    return new Promise((resolve, reject) => {
      const socket = connect(target);
      socket.once('error', reject);
      socket.once('connect', () => resolve(new V1Host(socket)));
    });
  }

  /** @returns whether the plugin accepted, and what it said if not */
  async shakeHands(
    contractHash: string,
    pluginName = 'peer',
  ): Promise<{ ok: boolean; error: string | undefined }> {
    this.send(encodeFrame(FrameType.HANDSHAKE_REQUEST, encodeHandshakeRequest(contractHash, pluginName)));
    return decodeHandshakeResponse((await this.#expect(FrameType.HANDSHAKE_RESPONSE)).payload);
  }

  async call(payload: Uint8Array): Promise<V1Answer> {
    this.send(encodeFrame(FrameType.CALL_REQUEST, payload));
    const frame = await this.#expect(FrameType.CALL_RESPONSE, FrameType.PLUGIN_ERROR);
    if (frame.type === FrameType.CALL_RESPONSE) return { payload: frame.payload };
    return { error: decodePluginError(frame.payload) };
  }

  async ping(seq: bigint): Promise<bigint> {
    this.send(encodeFrame(FrameType.PING, encodeSeq(seq)));
    return decodeSeq((await this.#expect(FrameType.PONG)).payload);
  }

  /** Any bytes at all. */
  send(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** The next frame, or undefined when the plugin has closed. */
  next(): Promise<Frame | undefined> {
    const frame = this.#frames.shift();
    if (frame !== undefined || this.#isClosed) return Promise.resolve(frame);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  /** Reads no more from the socket, so that the plugin's answers pile up. */
  stopReading(): void {
    this.#socket.pause();
  }

  close(): void {
    this.#socket.destroy();
  }

  async #expect(...types: number[]): Promise<Frame> {
    const frame = await this.next();
    if (frame === undefined) throw new Error('the plugin closed the connection');
    if (!types.includes(frame.type))
      throw new Error(`a frame of type ${frame.type} in place of ${types.join(' or ')}`);
    return frame;
  }

  #read(chunk: Buffer): void {
    try {
      for (const frame of this.#reader.push(chunk)) {
        const give = this.#waiting.shift();
        if (give === undefined) this.#frames.push(frame);
        else give(frame);
      }
    } catch {
      this.#socket.destroy();
    }
  }
}

/** A plugin started as version 1 starts one: the address in its environment, and then its READY. */
export interface StartedPlugin {
  readonly process: ChildProcess;
  readonly address: NetConnectOpts;
}

/**
 * @param address an absolute path of a Unix socket, or `host:port`
 * @param given the rest of its environment
 * @throws Error when the plugin ends, or 5 s pass, before READY
 */
export function startPlugin(
  command: string,
  args: readonly string[],
  address: string,
  given: NodeJS.ProcessEnv = process.env,
): Promise<StartedPlugin> {
  const isUnix = address.startsWith('/');
  const env = { ...given, [isUnix ? 'PLUGIN_SOCKET' : 'PLUGIN_ADDR']: address };
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  const colon = address.lastIndexOf(':');
  const target = isUnix
    ? { path: address }
    : { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
  return new Promise((resolve, reject) => {
    let seen = '';
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error('no READY within 5 s'));
    }, 5_000);
    child.once('error', reject);
    child.once('exit', (code, signal) => reject(new Error(`ended with ${code ?? signal} before READY`)));
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      seen = (seen + text).slice(-65_536);
      if (!/(^|\n)READY\r?\n/.test(seen)) return;
      clearTimeout(timer);
      resolve({ process: child, address: target });
    });
  });
}
