import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Caller,
  type CallOptions,
  ErrorCode,
  HandshakeError,
  type Method,
  PluginError,
  TransportError,
} from 'pluginart';
import { Reader, Writer } from 'pluginart/codec';
import { type StartedPlugin, startPlugin, V1Host } from '../../peers/v1/host.ts';
import { type Address, freeAddress, targetOf } from '../../src/wire/address.ts';

/** What the peer understands of an entry of pluginart.toml. */
export interface PluginEntry {
  readonly type?: 'remote';
  readonly path?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly transport?: 'unix' | 'tcp';
  readonly address?: Address;
  readonly schema?: string;
  readonly contract_hash?: string;
}

/** One plugin, started or dialled as version 1 has it, and called strictly one call after the other. */
export class V1Manager implements Caller {
  readonly #entry: PluginEntry;
  #folder: string | undefined;
  #plugin: StartedPlugin | undefined;
  #host: V1Host | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #requestId = 0;

  constructor(entry: PluginEntry) {
    this.#entry = entry;
  }

  async start(): Promise<void> {
    const { type, path, args, env, transport, address, schema, contract_hash } = this.#entry;
    let target = targetOf(address ?? '');
    if (type !== 'remote') {
      this.#folder = mkdtempSync(join(tmpdir(), 'v1-host-'));
      const at = transport === 'tcp' ? await freeAddress() : join(this.#folder, 'plugin.sock');
      this.#plugin = await startPlugin(path as string, args ?? [], at, { ...process.env, ...env });
      target = this.#plugin.address;
    }
    this.#host = await V1Host.dial(target);
    const contract = contract_hash ?? hashOf(schema as string);
    const { ok, error } = await this.#host.shakeHands(contract);
    if (ok) return;
    await this.shutdown();
    throw new HandshakeError(ErrorCode.CONTRACT_MISMATCH, `${contract} was refused: ${error}`);
  }

  async invoke<Request, Response>(
    _: string,
    method: Method<Request, Response>,
    request: Request,
    options: CallOptions = {},
  ): Promise<Response> {
    const writer = new Writer();
    const { timeoutMs } = options;
    method.encodeCall(writer, request, {
      requestId: ++this.#requestId,
      deadlineUnixMs: timeoutMs === undefined ? 0 : Date.now() + timeoutMs,
      traceId: undefined,
      spanId: undefined,
    });
    const answer = await this.call(writer.bytes.subarray(0, writer.position));
    const reader = new Reader();
    reader.reset(answer);
    return method.decodeResponse(reader);
  }

  /** Waits for the calls before it. */
  call(payload: Uint8Array): Promise<Buffer> {
    const answer = this.#last.then(() => this.#callNow(payload));
    this.#last = answer.catch(() => {});
    return answer;
  }

  async #callNow(payload: Uint8Array): Promise<Buffer> {
    const host = this.#host;
    if (host === undefined) throw new TransportError(ErrorCode.UNAVAILABLE, 'there is no connection');
    let answer: Awaited<ReturnType<V1Host['call']>>;
    try {
      answer = await host.call(payload);
    } catch (error) {
      throw new TransportError(ErrorCode.UNAVAILABLE, (error as Error).message);
    }
    if ('payload' in answer) return Buffer.from(answer.payload);
    const { code, message, retry } = answer.error;
    throw new PluginError(message, { code, retry, origin: 'remote' });
  }

  status(): object {
    const isReady = this.#host !== undefined;
    return {
      state: isReady ? 'ready' : 'stopped',
      pid: this.#plugin?.process.pid,
      protocol: isReady ? 1 : undefined,
    };
  }

  async shutdown(): Promise<void> {
    await this.#last;
    this.#host?.close();
    this.#host = undefined;
    const child = this.#plugin?.process;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      process.kill(-(child.pid as number), 'SIGTERM');
      await ended;
    }
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
  }
}

function hashOf(schema: string): string {
  return `sha256:${createHash('sha256').update(readFileSync(schema)).digest('hex')}`;
}
