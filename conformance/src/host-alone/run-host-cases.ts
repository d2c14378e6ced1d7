import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSchema } from '@pluginart/compiler';
import type { Exchange, Reply } from '../../../protocol/vectors/generate/exchange.ts';
import { V2 } from '../../../protocol/vectors/generate/frames.ts';
import { V1Plugin } from '../../peers/v1/plugin.ts';
import type { Frame } from '../../peers/v2/connection.ts';
import { V2Plugin } from '../../peers/v2/plugin.ts';
import { bytesOf } from '../../peers/vectors.ts';
import { schemaPath } from '../matrix/folders.ts';
import type { Implementation } from '../matrix/implementation.ts';
import { inTurns } from '../matrix/in-turns.ts';
import { eventually, inTime } from '../matrix/patience.ts';
import type { Verdict } from '../matrix/verdict.ts';
import { reportBytes } from '../notation/bytes.ts';
import { type Answer, HostProcess } from '../pair/host-process.ts';
import { rawContract } from '../pair/session.ts';
import { pluginConfig } from '../pair/toml.ts';
import { differences, show } from '../suite/match.ts';
import { listenAt } from '../wire/address.ts';
import { codeName, codeOf } from '../wire/code-name.ts';
import { decodeControl } from '../wire/decode-control.ts';
import { Trace } from '../wire/trace.ts';
import type { HostCase, HostSuite, Played } from './host-case.ts';
import { tracedSocket } from './traced-socket.ts';

const casesAtOnce = 6;
const secret = '5ec2e7'.padEnd(64, '0');
const hello = Buffer.from('hello').toString('hex');

export interface HostRun {
  readonly host: Implementation;
  readonly suites: readonly HostSuite[];
  readonly isWanted: (name: string) => boolean;
  readonly onVerdict: (verdict: Verdict) => void;
}

/** A host against plugins that the runner plays, and configurations that are wrong. */
export async function runHostCases({ host, suites, isWanted, onVerdict }: HostRun): Promise<void> {
  const cases = suites
    .flatMap(({ suite, cases: all }) => all.map((one) => ({ name: `${suite}/${one.name}`, one })))
    .filter(({ name }) => isWanted(name));
  if (cases.length === 0) return;
  const folder = mkdtempSync(join(tmpdir(), 'conformance-host-'));
  const hostProcess = new HostProcess(host.host, { ...process.env, CONFORMANCE_SECRET: secret });
  let number = 0;
  try {
    await inTurns(cases, casesAtOnce, async ({ name, one }) => {
      const startedMs = performance.now();
      const trace = new Trace();
      const subject = new Subject(hostProcess, `subject-${++number}`, folder, trace);
      const failure = await subject.run(one).then(
        () => undefined,
        (error: Error) => error.message,
      );
      onVerdict({
        cell: `${host.id}/-`,
        name,
        rules: one.rules,
        failure,
        ms: performance.now() - startedMs,
        ...(failure !== undefined && { trace: trace.text }),
      });
    });
    await hostProcess.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One manager, whose plugin is played. */
class Subject {
  readonly #host: HostProcess;
  readonly #name: string;
  readonly #folder: string;
  readonly #trace: Trace;
  readonly #plugins: V2Plugin[] = [];
  /** By plugins of version 1. */
  #callsHeard = 0;

  constructor(host: HostProcess, name: string, folder: string, trace: Trace) {
    this.#host = host;
    this.#name = name;
    this.#folder = folder;
    this.#trace = trace;
  }

  async run(one: HostCase): Promise<void> {
    const config = `${this.#folder}/${this.#name}.toml`;
    if (one.config !== undefined) {
      writeFileSync(config, `${one.config.join('\n')}\n`);
      return this.#expect(one, await this.#command({ do: 'load', config, plugins: [] }));
    }
    const plays = one.plays as Played;
    const contract = one.calls === undefined ? rawContract : schemaContract();
    const { server, address } = await listenAt('127.0.0.1:0', (socket) =>
      this.#play(socket, plays, contract),
    );
    try {
      const exchange = 'exchange' in plays ? plays.exchange : undefined;
      const entry = {
        name: this.#name,
        type: 'remote',
        address,
        contract_hash: contract,
        token_env: 'lie' in plays && plays.knowsSecret !== undefined ? 'CONFORMANCE_SECRET' : undefined,
        max_message_bytes: exchange?.receives?.max_message_bytes,
      };
      writeFileSync(config, pluginConfig(entry));
      await this.#command({ do: 'load', config, plugins: [entry] });
      const started = await this.#command({ do: 'start' });
      if (exchange !== undefined) await this.#exchange(exchange, started);
      else if ('error' in started) this.#expect(one, started);
      else await this.#call(one);
    } finally {
      await this.#command({ do: 'shutdown' });
      server.close();
    }
  }

  async #call(one: HostCase): Promise<void> {
    if (one.calls === undefined) {
      this.#expect(one, await this.#command({ do: 'raw', payload: hello, timeout_ms: 5_000 }));
      return;
    }
    const { method, times } = one.calls;
    for (let call = 0; call < times; call++)
      this.#expect(one, await this.#command({ do: 'call', method, value: {}, timeout_ms: 20_000 }));
    const byVersion2 = this.#plugins.flatMap(({ received }) =>
      received.filter(({ type }) => type === V2.CALL),
    );
    const heard = this.#callsHeard + byVersion2.length;
    if (heard !== times) throw new Error(`the plugin heard ${heard} calls, and ${times} were made`);
  }

  #play(socket: Socket, plays: Played, contract: string): void {
    const link = tracedSocket(socket, this.#trace.connection());
    if ('closes' in plays) {
      const handler = (): Promise<never> => {
        this.#callsHeard++;
        socket.destroy();
        return new Promise(() => {});
      };
      new V1Plugin(link, { contractHash: contract, handler, handshake: 'none' });
      return;
    }
    if ('fault' in plays) {
      new V1Plugin(link, { contractHash: contract, handler: 'raw', handshake: plays.fault });
      return;
    }
    const plugin = new V2Plugin(link, {
      contractHash: contract,
      token: 'lie' in plays && plays.knowsSecret === true ? secret : undefined,
      accept: 'lie' in plays ? plays.lie : 'honest',
      ...('behaviour' in plays && { behave: plays.behaviour }),
      ...('exchange' in plays && { behave: { exchange: plays.exchange.name } }),
    });
    this.#plugins.push(plugin);
  }

  #expect({ fails }: HostCase, answer: Answer): void {
    if (fails === undefined) {
      if ('error' in answer) throw new Error(`it failed: ${show(answer.error)}`);
      return;
    }
    if ('result' in answer) throw new Error(`it should have failed with ${show(fails)}`);
    const { code, says = [], ...rest } = fails;
    const wrong = [
      ...differences(typeof code === 'object' ? code : codeOf(code), answer.error.code, 'the code'),
      ...says.flatMap((pattern) => differences({ $matches: pattern }, answer.error.message, 'the message')),
      ...differences(rest, answer.error),
    ];
    if (wrong.length > 0) throw new Error([...wrong, `the error: ${show(answer.error)}`].join('\n'));
  }

  async #exchange(exchange: Exchange, started: Answer): Promise<void> {
    if ('error' in started) throw new Error(`it did not start: ${show(started.error)}`);
    const received = () => this.#plugins[0]?.received ?? [];
    const calls: Answer[] = [];
    const sent: Promise<void>[] = [];
    for (let index = 0; index < (exchange.calls ?? 1); index++) {
      const call = this.#command({ do: 'raw', payload: hello });
      sent.push(call.then((answer) => void (calls[index] = answer)));
      // Which call has which stream is known only where they come one after the other.
      await eventually(() => received().filter(({ type }) => type === V2.CALL)[index]);
    }
    for (const { stream, body, code } of exchange.settles ?? []) {
      const index = (stream - 1) / 2;
      await inTime(`the end of the call on stream ${stream}`, sent[index] as Promise<void>);
      const answer = calls[index] as Answer;
      const wanted =
        code === undefined ? { result: { payload: reportBytes(bytesOf(body ?? '')) } } : { error: { code } };
      const wrong = differences(wanted, answer);
      if (wrong.length > 0) throw new Error(`stream ${stream}: ${wrong.join('\n')}: ${show(answer)}`);
    }
    for (const reply of exchange.replies ?? []) {
      const found = await eventually(() => received().find((frame) => isReply(reply, frame)));
      if (found === undefined) throw new Error(`it does not send ${show(reply)}`);
    }
    const isGoaway = (frame: Frame) => frame.type === V2.GOAWAY;
    if (exchange.goaway === undefined) {
      const wrong = received().find((frame) => isGoaway(frame) && !isOrderly(frame));
      if (wrong !== undefined) throw new Error('it sends GOAWAY, and should go on');
      return;
    }
    const goaway = await eventually(() => received().find(isGoaway));
    const said = goaway === undefined ? undefined : decodeControl('PluginError', goaway.body);
    if (said?.code !== exchange.goaway)
      throw new Error(`GOAWAY says ${show(said)}, not ${codeName(exchange.goaway)}`);
    await inTime('the end of the connection', (this.#plugins[0] as V2Plugin).closed);
  }

  #command(command: object): Promise<Answer> {
    const { answer } = this.#host.send({ manager: this.#name, plugin: this.#name, ...command });
    return inTime(`the answer to ${show(command)}`, answer, 30_000);
  }
}

function schemaContract(): string {
  return loadSchema(schemaPath).schema?.contractHash as string;
}

function isReply(reply: Reply, frame: Frame): boolean {
  return (
    reply.types.includes(frame.type) &&
    reply.stream === frame.stream &&
    (reply.arg === undefined || reply.arg === frame.arg) &&
    (reply.code === undefined || decodeControl('PluginError', frame.body)?.code === reply.code)
  );
}

/** What a host may say where the plugin's own GOAWAY made it leave. */
function isOrderly({ body }: Frame): boolean {
  return decodeControl('PluginError', body)?.code === codeOf('UNAVAILABLE');
}
