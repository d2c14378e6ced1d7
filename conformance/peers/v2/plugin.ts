import type { Duplex } from 'node:stream';
import { setTimeout as delay, setImmediate } from 'node:timers/promises';
import { message } from '../../../protocol/vectors/generate/control-messages.ts';
import { MORE, V1, V2, v2Frame } from '../../../protocol/vectors/generate/frames.ts';
import { bytesOf, findExchange } from '../vectors.ts';
import { Connection, type Frame } from './connection.ts';
import { type HandshakeLie, handshakeLies, readHandshake } from './handshake-lies.ts';

/** What a plugin does after its handshake. `serve` is what it should do: answer each call with its own payload. */
export const behaviours = [
  'serve',
  'never-read',
  'silent',
  'never-answer',
  'late-answers',
  'answer-backwards',
  'half-frame',
  'garbage',
  'close',
  'goaway',
  'ping-flood',
  'call-flood',
  'endless-fragments',
] as const;
export type Behaviour = (typeof behaviours)[number];

export interface V2PluginOptions {
  readonly contractHash: string;
  /** Hex; undefined = none. */
  readonly token?: string | undefined;
  readonly accept?: HandshakeLie;
  /** A behaviour, or the name of an exchange towards a host in protocol/vectors, sent when its calls are open. */
  readonly behave?: Behaviour | { readonly exchange: string };
}

const lateMs = 300;

/** A version 2 plugin that misbehaves as it is told, on one connection. */
export class V2Plugin {
  readonly #connection: Connection;
  readonly #options: V2PluginOptions;
  #calls: Frame[] = [];
  #callCount = 0;
  /** Frames received since the handshake. */
  readonly received: Frame[] = [];

  constructor(socket: Duplex, options: V2PluginOptions) {
    this.#connection = new Connection(socket);
    this.#options = options;
    this.#run().catch(() => this.#connection.close());
  }

  /** Resolves when the host has closed. */
  get closed(): Promise<void> {
    return this.#connection.closed;
  }

  async #run(): Promise<void> {
    const { contractHash, token, accept = 'honest', behave = 'serve' } = this.#options;
    const request = await this.#connection.handshakeFrame();
    if (request?.type !== V1.HANDSHAKE_REQUEST) return this.#connection.close();
    this.#connection.send(handshakeLies[accept](readHandshake(request.payload, contractHash, token)));
    if (behave === 'never-read') return this.#connection.stopReading();
    if (behave === 'ping-flood') return this.#flood(v2Frame({ type: V2.PING, arg: 1 }));
    if (behave === 'call-flood')
      return this.#flood(v2Frame({ type: V2.CALL, stream: 2, body: Buffer.from('hello') }));
    for (;;) {
      const frame = await this.#connection.frame();
      if (frame === undefined) return;
      this.received.push(frame);
      this.#take(frame);
    }
  }

  #take(frame: Frame): void {
    const { behave = 'serve' } = this.#options;
    if (behave === 'silent') return;
    if (frame.type === V2.PING) this.#send({ type: V2.PONG, arg: frame.arg });
    else if (typeof behave === 'object') this.#exchange(frame, behave.exchange);
    else if (frame.type === V2.CALL) this.#answer(frame, behave);
    else if (frame.type === V2.CANCEL && behave === 'serve') this.#fail(frame.stream, 0xf001);
  }

  #exchange({ type }: Frame, name: string): void {
    const exchange = findExchange('host', name);
    if (type === V2.CALL && ++this.#callCount === (exchange.calls ?? 1))
      this.#connection.send(bytesOf(exchange.bytes));
  }

  #answer(call: Frame, behaviour: Behaviour): void {
    const { stream, body } = call;
    switch (behaviour) {
      case 'serve':
        this.#respond(call);
        return;
      case 'late-answers':
        void delay(lateMs).then(() => this.#respond(call));
        return;
      case 'answer-backwards':
        this.#calls.push(call);
        if (this.#calls.length === 1) void delay(lateMs).then(() => this.#respondBackwards());
        return;
      case 'half-frame':
        this.#connection.send(v2Frame({ type: V2.RESPONSE, stream, body, length: body.length + 1000 }));
        return;
      case 'garbage':
        this.#connection.send(Buffer.from('this is no frame of any version'));
        return;
      case 'close':
        this.#connection.close();
        return;
      case 'goaway':
        this.#send({
          type: V2.GOAWAY,
          body: message('PluginError', { code: 0xf003, message: 'leaving', origin: 2 }),
        });
        this.#respond(call);
        return;
      case 'endless-fragments':
        this.#send({ type: V2.RESPONSE, stream, flags: MORE, body: Buffer.alloc(8, 0).fill(4, 0, 1) });
        return;
    }
  }

  #respond({ stream, body }: Frame): void {
    this.#send({ type: V2.RESPONSE, stream, body });
  }

  #respondBackwards(): void {
    for (const call of this.#calls.splice(0).toReversed()) this.#respond(call);
  }

  #fail(stream: number, code: number): void {
    this.#send({
      type: V2.ERROR,
      stream,
      body: message('PluginError', { code, message: 'stopped', origin: 2 }),
    });
  }

  #send(frame: Parameters<typeof v2Frame>[0]): void {
    this.#connection.send(v2Frame(frame));
  }

  /** Sends without end and takes nothing, as long as the host does. */
  async #flood(frame: Buffer): Promise<void> {
    this.#connection.stopReading();
    const many = Buffer.concat(new Array(10_000).fill(frame));
    let isClosed = false;
    void this.closed.then(() => {
      isClosed = true;
    });
    while (!isClosed) {
      if (this.#connection.unsentBytes < 1_000_000) this.#connection.send(many);
      await setImmediate();
    }
  }
}
