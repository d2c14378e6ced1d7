import { randomBytes } from 'node:crypto';
import { connect, type NetConnectOpts } from 'node:net';
import { type MessageValue, message } from '../../../protocol/vectors/generate/control-messages.ts';
import { V1, V2, type V2Frame, v1Frame, v2Frame } from '../../../protocol/vectors/generate/frames.ts';
import { hostProof } from '../../../protocol/vectors/generate/proof.ts';
import { Table } from '../table.ts';
import { Connection, type Frame } from './connection.ts';

export interface Introduction {
  readonly contractHash: string;
  /** Hex; undefined = none, and no proof. */
  readonly token?: string | undefined;
  /** Hex. Default: random. */
  readonly nonce?: string;
  /** Changes the offer after the truth was written into it. */
  readonly offer?: MessageValue;
  /** Sent together with the request, too early. */
  readonly early?: Uint8Array;
}

/** The plugin's answer. */
export interface Response {
  readonly ok: boolean;
  readonly error: string | undefined;
  readonly code: number;
  readonly accept:
    | {
        readonly version: number;
        readonly proof: string | undefined;
        readonly contractHash: string | undefined;
      }
    | undefined;
}

/** A version 2 host that does whatever it is told to, on one connection. */
export class V2Host {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  static dial(target: NetConnectOpts): Promise<V2Host> {
    return new Promise((resolve, reject) => {
      const socket = connect(target);
      socket.once('error', reject);
      socket.once('connect', () => resolve(new V2Host(new Connection(socket))));
    });
  }

  get closed(): Promise<void> {
    return this.#connection.closed;
  }

  /** @returns undefined when the plugin closed without a word */
  async shakeHands(introduction: Introduction): Promise<Response | undefined> {
    const { contractHash, token, nonce = randomBytes(16).toString('hex'), offer, early } = introduction;
    const proof = token === undefined ? {} : { nonce, proof: hostProof(token, nonce, contractHash) };
    const request = message('HandshakeRequest', {
      contract_hash: contractHash,
      plugin_name: 'peer',
      offer: { versions: [2], runtime: 'peer', ...proof, ...offer },
    });
    this.send(Buffer.concat([v1Frame(V1.HANDSHAKE_REQUEST, request), early ?? Buffer.alloc(0)]));
    const frame = await this.#connection.handshakeFrame();
    return frame && decodeResponse(frame.payload);
  }

  /** Any bytes at all. */
  send(bytes: Uint8Array): void {
    this.#connection.send(bytes);
  }

  sendFrame(frame: V2Frame): void {
    this.send(v2Frame(frame));
  }

  /** The next frame; undefined when the plugin has closed. */
  next(): Promise<Frame | undefined> {
    return this.#connection.frame();
  }

  /** The answer to a unary call whose stream nothing else happens on; frames of others are lost. */
  async call(stream: number, body: Uint8Array): Promise<Frame | undefined> {
    this.sendFrame({ type: V2.CALL, stream, body });
    for (;;) {
      const frame = await this.next();
      if (frame === undefined || frame.stream === stream) return frame;
    }
  }

  get unsentBytes(): number {
    return this.#connection.unsentBytes;
  }

  stopReading(): void {
    this.#connection.stopReading();
  }

  resumeReading(): void {
    this.#connection.resumeReading();
  }

  close(): void {
    this.#connection.close();
  }
}

/** The PluginError in an ERROR or GOAWAY. */
export function errorOf(frame: Frame): { code: number; message: string; retry: boolean; origin: number } {
  const table = Table.root(frame.body);
  return {
    code: table.uint16(0),
    message: table.string(1) ?? '',
    retry: table.uint8(2) !== 0,
    origin: table.uint8(3),
  };
}

function decodeResponse(payload: Uint8Array): Response {
  const table = Table.root(payload);
  const accept = table.table(2);
  return {
    ok: table.uint8(0) !== 0,
    error: table.string(1),
    code: table.uint16(3),
    accept: accept && {
      version: accept.uint16(0),
      proof: accept.bytes(2)?.toString('hex'),
      contractHash: accept.string(9),
    },
  };
}
