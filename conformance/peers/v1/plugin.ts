import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import {
  decodeEchoCall,
  decodeHandshakeRequest,
  decodeSeq,
  encodeEchoResponse,
  encodeHandshakeResponse,
  encodePluginError,
  encodeSeq,
} from './control.ts';
import { encodeFrame, type Frame, FrameReader, FrameType, MAX_PAYLOAD_BYTES } from './frames.ts';

/** What a plugin does to a host that introduces itself; `none` is what a plugin should do. */
export const handshakeFaults = [
  'none',
  'refuse',
  'silence',
  'close',
  'garbage',
  'half-a-frame',
  'wrong-type',
  'undecodable',
] as const;
export type HandshakeFault = (typeof handshakeFaults)[number];

export interface V1PluginOptions {
  readonly contractHash: string;
  /**
   * `raw` answers with the call's own payload, `echo` with a CallResponse whose output is the input in capitals; a
   * function with what it returns, or PluginError with what it throws.
   */
  readonly handler: 'raw' | 'echo' | ((payload: Buffer) => Promise<Uint8Array>);
  readonly handshake: HandshakeFault;
}

/**
 * A version 1 plugin's end of one connection, strict and serial: busy, it answers nothing, Ping included.
 *
 * What a call carries (its payload, or for `echo` its input) may command it: `sleep:500`, `fail:why`,
 * `app-fail:42`, `large:4194304` (an answer that long), `exit:3`, `close`, `hang`, `garbage`, `half`, `twice`, `unknown-type`,
 * `handshake`, `bad-error`.
 */
export class V1Plugin {
  readonly #socket: Duplex;
  readonly #options: V1PluginOptions;
  readonly #reader = new FrameReader();
  #queue: Frame[] = [];
  #isBusy = false;
  #isShaken = false;

  constructor(socket: Duplex, options: V1PluginOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
  }

  #read(chunk: Buffer): void {
    try {
      this.#queue.push(...this.#reader.push(chunk));
    } catch {
      this.#socket.destroy();
      return;
    }
    void this.#work();
  }

  async #work(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    for (let frame = this.#queue.shift(); frame !== undefined; frame = this.#queue.shift())
      await this.#take(frame);
    this.#isBusy = false;
  }

  async #take(frame: Frame): Promise<void> {
    if (!this.#isShaken) this.#shakeHands(frame);
    else if (frame.type === FrameType.CALL_REQUEST) await this.#answer(frame.payload);
    else if (frame.type === FrameType.PING) this.#send(FrameType.PONG, encodeSeq(decodeSeq(frame.payload)));
    else if (frame.type !== FrameType.CANCEL) this.#socket.destroy();
  }

  #shakeHands({ type, payload }: Frame): void {
    if (type !== FrameType.HANDSHAKE_REQUEST) {
      this.#socket.destroy();
      return;
    }
    const isSame = decodeHandshakeRequest(payload).contractHash === this.#options.contractHash;
    const { handshake } = this.#options;
    if (handshake === 'none' && isSame) {
      this.#isShaken = true;
      this.#send(FrameType.HANDSHAKE_RESPONSE, encodeHandshakeResponse(true));
    } else if (handshake === 'none' || handshake === 'refuse') {
      this.#socket.end(
        encodeFrame(FrameType.HANDSHAKE_RESPONSE, encodeHandshakeResponse(false, 'contract hash mismatch')),
      );
    } else if (handshake === 'close') this.#socket.destroy();
    else if (handshake === 'garbage') this.#socket.write('HTTP/1.1 400 Bad Request\r\n\r\n');
    else if (handshake === 'half-a-frame')
      this.#socket.write(encodeFrame(FrameType.HANDSHAKE_RESPONSE).subarray(0, 7));
    else if (handshake === 'wrong-type') this.#send(FrameType.CALL_RESPONSE, payload);
    else if (handshake === 'undecodable') this.#send(FrameType.HANDSHAKE_RESPONSE, Buffer.alloc(16, 0xff));
  }

  async #answer(payload: Buffer): Promise<void> {
    if (typeof this.#options.handler === 'function') return this.#answerWith(this.#options.handler, payload);
    const call = this.#options.handler === 'echo' ? decodeEchoCall(payload) : undefined;
    const said = call === undefined ? payload.toString('latin1', 0, 64) : (call.input ?? '');
    const answer =
      call === undefined ? payload : encodeEchoResponse(call.requestId, (call.input ?? '').toUpperCase());
    const [command, argument = ''] = said.split(':', 2);
    switch (command) {
      case 'sleep':
        await delay(Number(argument));
        break;
      case 'fail':
        return this.#fail(1, argument);
      case 'app-fail':
        return this.#fail(Number(argument), 'as told');
      case 'large':
        return this.#sendLarge(Number(argument));
      case 'exit':
        process.exit(Number(argument));
        break;
      case 'close':
        this.#socket.destroy();
        return;
      case 'hang':
        return new Promise(() => {});
      case 'garbage':
        this.#socket.write('no frame at all');
        return;
      case 'half':
        this.#socket.write(encodeFrame(FrameType.CALL_RESPONSE, answer).subarray(0, 11));
        return new Promise(() => {});
      case 'twice':
        this.#send(FrameType.CALL_RESPONSE, answer);
        break;
      case 'unknown-type':
        this.#send(99, answer);
        return;
      case 'handshake':
        this.#send(FrameType.HANDSHAKE_RESPONSE, encodeHandshakeResponse(true));
        return;
      case 'bad-error':
        this.#send(FrameType.PLUGIN_ERROR, Buffer.alloc(12, 0xff));
        return;
    }
    this.#send(FrameType.CALL_RESPONSE, answer);
  }

  async #answerWith(handler: (payload: Buffer) => Promise<Uint8Array>, payload: Buffer): Promise<void> {
    try {
      const answer = await handler(payload);
      if (answer.length <= MAX_PAYLOAD_BYTES) this.#send(FrameType.CALL_RESPONSE, answer);
      else
        this.#fail(1, `the result has ${answer.length} bytes, and at most ${MAX_PAYLOAD_BYTES} may be sent`);
    } catch (error) {
      const { code = 1, message, retry = false } = error as Error & { code?: number; retry?: boolean };
      this.#fail(code <= 0xefff ? code : 1, message, retry);
    }
  }

  #fail(code: number, message: string, retry = false): void {
    this.#send(FrameType.PLUGIN_ERROR, encodePluginError({ code, message, retry }));
  }

  /** Beyond the limit it is only the header that matters. */
  #sendLarge(bytes: number): void {
    const frame = encodeFrame(
      FrameType.CALL_RESPONSE,
      Buffer.alloc(Math.min(bytes, MAX_PAYLOAD_BYTES), 0x61),
    );
    frame.writeUInt32LE(bytes, 4);
    this.#socket.write(frame);
  }

  #send(type: number, payload: Uint8Array): void {
    this.#socket.write(encodeFrame(type, payload));
  }
}
