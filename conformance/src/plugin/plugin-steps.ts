import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { message } from '../../../protocol/vectors/generate/control-messages.ts';
import { V1, V2, v1Frame, v2Frame } from '../../../protocol/vectors/generate/frames.ts';
import { Connection, type Frame } from '../../peers/v2/connection.ts';
import { differences, show } from '../suite/match.ts';
import type { ExpectedFrame, HandshakeStep, PluginStep } from '../suite/suite.ts';
import { targetOf } from '../wire/address.ts';
import { codeName, codeOf } from '../wire/code-name.ts';
import { decodeControl } from '../wire/decode-control.ts';
import { v1TypeName, v2TypeName } from '../wire/frame-names.ts';
import type { ConnectionTrace, Trace } from '../wire/trace.ts';
import { judgeAnswer, offerHand } from './handshake.ts';
import type { LaunchedPlugin } from './launched-plugin.ts';
import { layPiece, numberOf } from './pieces.ts';

const patienceMs = 10_000;
const pingSeq = 0x7fff_fffe;

interface Open {
  readonly connection: Connection;
  readonly trace: ConnectionTrace;
  version: 1 | 2;
}

/** Does to a plugin what a case says, as its host. */
export class PluginSteps {
  readonly #plugin: LaunchedPlugin;
  readonly #contractHash: string;
  readonly #trace: Trace;
  #open: Open | undefined;
  readonly #all: Connection[] = [];
  #lastRequest: Buffer = Buffer.alloc(0);

  constructor(plugin: LaunchedPlugin, contractHash: string, trace: Trace) {
    this.#plugin = plugin;
    this.#contractHash = contractHash;
    this.#trace = trace;
  }

  close(): void {
    for (const connection of this.#all) connection.close();
  }

  /** @throws Error saying what the plugin does that it should not */
  async run(step: PluginStep): Promise<void> {
    if ('connect' in step) return this.#connect();
    if ('handshake' in step) return this.#handshake(step.handshake);
    if ('send' in step) return this.#send(Buffer.concat(step.send.map(layPiece)));
    if ('frames' in step) return this.#frames(step.frames);
    if ('alive' in step) return this.#frames([]);
    if ('goaway' in step) return this.#goaway(codeOf(step.goaway));
    if ('closes' in step) return this.#closes(step.closes.within_s * 1_000, step.closes.silent === true);
    if ('signal' in step) return this.#plugin.signal(step.signal);
    if ('end_stdin' in step) return this.#plugin.endStdin();
    if ('exits' in step) return this.#exits(step.exits);
    if ('says' in step) return this.#says(step.says);
    if ('socket' in step) return this.#socket(step.socket);
    for (let index = 0; index < step.idle_connections; index++) await this.#connect();
  }

  async #connect(): Promise<void> {
    const socket = connect(targetOf(this.#plugin.address));
    await inTime(once(socket, 'connect'), 'it does not accept a connection');
    const trace = this.#trace.connection();
    const connection = new Connection(socket);
    socket.on('data', (chunk) => trace.bytes('to host', chunk));
    socket.once('close', () => trace.closed());
    this.#open = { connection, trace, version: 1 };
    this.#all.push(connection);
  }

  #current(): Open {
    if (this.#open === undefined) throw new Error('the case has opened no connection');
    return this.#open;
  }

  #send(bytes: Buffer): void {
    const { connection, trace } = this.#current();
    trace.bytes('to plugin', bytes);
    connection.send(bytes);
  }

  async #handshake(step: HandshakeStep): Promise<void> {
    const { token } = this.#plugin;
    const open = this.#current();
    const hand = offerHand(step, token, this.#contractHash);
    const bytes = step.proof === 'again' ? this.#lastRequest : hand.request;
    this.#lastRequest = bytes;
    this.#send(step.early === undefined ? bytes : Buffer.concat([bytes, layPiece(step.early)]));
    const frame = await inTime(open.connection.handshakeFrame(), 'it does not answer the handshake');
    judgeAnswer(step, frame, hand);
    if (step.outcome === 'refused') return this.#closes(patienceMs, true);
    if (step.outcome === 'v2') open.version = 2;
  }

  /** All that are expected, and then a PING and its PONG: so that nothing else was said in between. */
  async #frames(expected: readonly ExpectedFrame[]): Promise<void> {
    const missing = [...expected];
    if (missing.length === 0) this.#ping();
    for (;;) {
      const frame = await this.#next(`still to come: ${missing.length === 0 ? 'PONG' : show(missing)}`);
      if (isPong(frame)) {
        if (missing.length > 0) throw new Error(`still to come: ${show(missing)}`);
        return;
      }
      if (this.#current().version === 2 && (frame.type === V2.PING || frame.type === V2.CREDIT)) continue;
      const index = missing.findIndex((one) => this.#isLike(one, frame));
      if (index === -1) throw new Error(`unexpected: ${this.#text(frame)}; expected: ${show(missing)}`);
      missing.splice(index, 1);
      if (missing.length === 0) this.#ping();
    }
  }

  #ping(): void {
    if (this.#current().version === 2) this.#send(v2Frame({ type: V2.PING, arg: pingSeq }));
    else this.#send(v1Frame(V1.PING, message('Ping', { seq: String(pingSeq) })));
  }

  async #next(wanted: string): Promise<Frame> {
    const { connection, version } = this.#current();
    const late = `nothing comes any more; ${wanted}`;
    if (version === 2) {
      const frame = await inTime(connection.frame(), late);
      if (frame === undefined) throw new Error(`it closes; ${wanted}`);
      return frame;
    }
    const frame = await inTime(connection.handshakeFrame(), late);
    if (frame === undefined) throw new Error(`it closes; ${wanted}`);
    const seq = frame.type === V1.PONG ? decodeControl('Pong', frame.payload)?.seq : undefined;
    const arg = Number(seq ?? 0);
    return { type: frame.type, flags: 0, stream: 0, arg, metadata: Buffer.alloc(0), body: frame.payload };
  }

  #isLike({ types, stream, arg, body, code }: ExpectedFrame, frame: Frame): boolean {
    const names: Readonly<Record<string, number>> = this.#current().version === 2 ? V2 : V1;
    return (
      types.some((type) => numberOf(names, type) === frame.type) &&
      (stream === undefined || stream === frame.stream) &&
      (arg === undefined || arg === frame.arg) &&
      (body === undefined || body === frame.body.toString('hex')) &&
      (code === undefined || decodeControl('PluginError', frame.body)?.code === codeOf(code))
    );
  }

  #text(frame: Frame): string {
    if (this.#current().version === 1) return v1TypeName(frame.type);
    const isError = frame.type === V2.ERROR || frame.type === V2.GOAWAY;
    const said = isError ? ` ${show(decodeControl('PluginError', frame.body))}` : '';
    return `${v2TypeName(frame.type)} on stream ${frame.stream}${said}`;
  }

  async #goaway(code: number): Promise<void> {
    for (;;) {
      const frame = await this.#next(`GOAWAY ${codeName(code)} should`);
      if (frame.type !== V2.GOAWAY) continue;
      const said = decodeControl('PluginError', frame.body);
      if (said?.code !== code) throw new Error(`GOAWAY says ${show(said)}, and not ${codeName(code)}`);
      break;
    }
    // A second one changes nothing but the reason (V2-G2).
    for (;;) {
      const after = await inTime(this.#current().connection.frame(), 'it does not close after GOAWAY');
      if (after === undefined) return;
      if (after.type !== V2.GOAWAY) throw new Error(`after GOAWAY comes ${this.#text(after)}`);
    }
  }

  async #closes(withinMs: number, isSilent: boolean): Promise<void> {
    const { connection, version } = this.#current();
    const next: Promise<{ type: number } | undefined> =
      version === 2 ? connection.frame() : connection.handshakeFrame();
    const frame = await inTime(next, `it does not close within ${withinMs / 1_000} s`, withinMs);
    if (frame === undefined) return;
    const name = version === 2 ? v2TypeName(frame.type) : v1TypeName(frame.type);
    if (isSilent) throw new Error(`it sends ${name}, and should close`);
    return this.#closes(withinMs, false);
  }

  async #exits(expected: { within_s: number; code?: number; not_code?: number }): Promise<void> {
    const has = await this.#plugin.ended(expected.within_s * 1_000);
    if (!has) throw new Error(`its process has not ended within ${expected.within_s} s`);
    const { code, signal } = this.#plugin.ending ?? {};
    if (expected.code !== undefined && code !== expected.code)
      throw new Error(`it ends with ${code ?? signal}, not ${expected.code}`);
    if (expected.not_code !== undefined && code === expected.not_code)
      throw new Error(`it ends with ${code}`);
  }

  #says(expected: { stderr?: string; stdout?: string }): void {
    for (const name of ['stdout', 'stderr'] as const)
      if (expected[name] !== undefined)
        fail(differences({ $matches: expected[name] }, this.#plugin.output[name], name));
  }

  async #socket(expected: 'gone' | { mode: number }): Promise<void> {
    const { address } = this.#plugin;
    if (!address.startsWith('/')) return;
    if (expected === 'gone') {
      if (existsSync(address)) throw new Error(`its socket ${address} is still there`);
      return;
    }
    const mode = statSync(address).mode & 0o777;
    if (mode !== expected.mode)
      throw new Error(`its socket has mode ${mode.toString(8)}, not ${expected.mode.toString(8)}`);
  }
}

function isPong({ type, arg }: Frame): boolean {
  return type === V2.PONG && arg === pingSeq;
}

function fail(wrong: readonly string[]): void {
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
}

async function inTime<Result>(result: Promise<Result>, late: string, ms = patienceMs): Promise<Result> {
  const controller = new AbortController();
  const timer = delay(ms, undefined, controller).then(() => {
    throw new Error(late);
  });
  timer.catch(() => {});
  return Promise.race([result, timer]).finally(() => controller.abort());
}
