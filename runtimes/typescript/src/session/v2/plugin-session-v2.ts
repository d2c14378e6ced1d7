import { ErrorCode, type PluginartError, TransportError } from '../../errors/index.ts';
import { settlesWithin } from '../../timing/settles-within.ts';
import type { OfferT } from '../../wire/control.ts';
import { describeSelf } from '../description.ts';
import type { FrameChannel } from '../frame-channel.ts';
import type { CallHandler } from '../incoming-call.ts';
import type { PluginSession, PluginSessionOptions } from '../plugin-session.ts';
import { ConnectionV2 } from './connection.ts';
import { IncomingCalls } from './incoming-calls.ts';
import { Outbox } from './outbox.ts';

/** How long a plugin that stops waits for handlers whose callers have given up: nobody wants their answers. */
const cancelledGraceMs = 500;

/** A plugin's end of a version 2 connection. */
export class PluginSessionV2 implements PluginSession {
  readonly protocol = 2;
  readonly #channel: FrameChannel;
  readonly #outbox: Outbox;
  readonly #connection: ConnectionV2;
  readonly #calls: IncomingCalls;

  /** Takes over the channel, in version 2 from the next byte on. */
  constructor(channel: FrameChannel, offer: OfferT, handler: CallHandler, options: PluginSessionOptions) {
    this.#channel = channel;
    this.#outbox = new Outbox(channel.link);
    this.#calls = new IncomingCalls(this.#outbox, handler, {
      maxConcurrentCalls: options.maxConcurrentCalls,
      peerMaxMessageBytes: offer.maxMessageBytes,
      onOverflow: (error) => this.#connection.cutOff(error),
    });
    this.#connection = new ConnectionV2(
      channel,
      'plugin',
      options.maxMessageBytes,
      { outbox: this.#outbox, incoming: this.#calls },
      {
        onLost: (loss) => options.onLost(loss),
        // It concerns calls that this side would open, and there are none yet.
        onGoaway: () => {},
        describe: () => describeSelf(handler.contractHash, handler.schema),
      },
    );
    channel.handOver(this.#connection, 'v2');
  }

  get openCalls(): number {
    return this.#calls.openCalls;
  }

  async drain(): Promise<void> {
    const reason = new TransportError(ErrorCode.UNAVAILABLE, 'the plugin is shutting down', {
      retrySafe: true,
    });
    this.#connection.goaway(reason);
    this.#calls.refuse(reason);
    await this.#calls.whenUnwanted();
    await settlesWithin(this.#calls.whenIdle(), cancelledGraceMs);
    await this.#outbox.whenEmpty();
  }

  close(reason: PluginartError): void {
    this.#connection.close(reason);
  }

  destroy(): void {
    this.#channel.link.destroy();
  }
}
