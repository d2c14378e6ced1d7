import { ErrorCode, type PluginartError, TransportError } from '../../errors/index.ts';
import type { AcceptT } from '../../wire/control.ts';
import { DEFAULT_MAX_MESSAGE_BYTES } from '../../wire/limits.ts';
import type { CallOptions } from '../caller.ts';
import { describePeer, type PeerDescription } from '../description.ts';
import type { FrameChannel } from '../frame-channel.ts';
import { defaultCallTimeoutMs, type HostSession, type HostSessionOptions } from '../host-session.ts';
import type { Method } from '../method.ts';
import { ConnectionV2 } from './connection.ts';
import { Outbox } from './outbox.ts';
import { OutgoingCalls } from './outgoing-calls.ts';

/** A host's end of a version 2 connection. */
export class HostSessionV2 implements HostSession {
  readonly protocol = 2;
  readonly contractHash: string;
  readonly peerRuntime: string | undefined;
  readonly #channel: FrameChannel;
  readonly #connection: ConnectionV2;
  readonly #calls: OutgoingCalls;

  /** Takes over the channel, in version 2 from the next byte on. */
  constructor(channel: FrameChannel, accept: AcceptT, options: HostSessionOptions) {
    this.#channel = channel;
    this.contractHash = options.contractHash;
    this.peerRuntime = accept.runtime;
    const outbox = new Outbox(channel.link);
    this.#calls = new OutgoingCalls(outbox, {
      plugin: options.pluginName,
      contractHash: options.contractHash,
      maxMessageBytes: accept.maxMessageBytes,
      maxConcurrentCalls: accept.maxConcurrentCalls,
      callTimeoutMs: options.callTimeoutMs ?? defaultCallTimeoutMs,
      onStuck: (openCalls) => options.onStuck?.(openCalls),
      resend: options.resend,
    });
    const maxMessageBytes = options.maxMessageBytes ?? DEFAULT_MAX_MESSAGE_BYTES;
    this.#connection = new ConnectionV2(
      channel,
      'host',
      maxMessageBytes,
      { outbox, outgoing: this.#calls },
      {
        onLost: (loss) => this.#onLost(loss, options),
        onGoaway: (reason) => this.#onGoaway(reason, options),
        describe: () => undefined,
      },
    );
    channel.handOver(this.#connection, 'v2');
  }

  get openCalls(): number {
    return this.#calls.openCalls;
  }

  get lastHeardMs(): number {
    return this.#channel.lastHeardMs;
  }

  call(payload: Uint8Array, options?: CallOptions): Promise<Buffer> {
    return this.#calls.call(payload, options);
  }

  invoke<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    options?: CallOptions,
  ): Promise<Response> {
    return this.#calls.invoke(method, request, options);
  }

  ping(): Promise<number> {
    return this.#connection.ping();
  }

  async describe(options?: CallOptions): Promise<PeerDescription> {
    return describePeer(await this.#calls.describe(options));
  }

  async drain(): Promise<void> {
    const reason = new TransportError(ErrorCode.UNAVAILABLE, 'the host is shutting down');
    this.#calls.refuse(reason);
    this.#connection.goaway(reason);
    await this.#calls.whenIdle();
  }

  close(reason: PluginartError): void {
    this.#connection.close(reason);
  }

  /** Takes no new calls, and ends the connection when those that are open are over (V2-G5). */
  #onGoaway(reason: PluginartError, options: HostSessionOptions): void {
    const refusal = new TransportError(ErrorCode.UNAVAILABLE, reason.message, { origin: 'remote' });
    this.#calls.refuse(refusal);
    options.onGoaway?.(reason);
    void this.#calls.whenIdle().then(() => this.close(refusal));
  }

  #onLost(loss: PluginartError, options: HostSessionOptions): void {
    const explain = options.explainLoss?.(loss) ?? Promise.resolve(loss);
    void this.#calls.fail(
      loss,
      explain.catch(() => loss),
    );
    options.onLost?.(loss);
  }
}
