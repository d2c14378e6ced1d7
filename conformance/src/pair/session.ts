import { readFileSync, writeFileSync } from 'node:fs';
import type { Cell } from '../matrix/cell.ts';
import { schemaPath } from '../matrix/folders.ts';
import { fill, type Variables } from '../suite/fill.ts';
import type { PairCase } from '../suite/suite.ts';
import { type Direction, Trace } from '../wire/trace.ts';
import type { Answer, HostEvent, HostProcess, Result } from './host-process.ts';
import { type Launch, launch } from './launch.ts';
import { ContainedProcesses, OwnProcesses, type PluginProcesses } from './plugin-processes.ts';
import { pluginConfig } from './toml.ts';

/** The one plugin of each configuration; its number tells it from those of other sessions. */
let sessions = 0;
/** The hash of a contract that is nobody's, for raw handlers. */
export const rawContract = `sha256:${'c'.repeat(64)}`;

/** What a session differs in from another. */
export type SessionKind = Pick<PairCase, 'serve' | 'env' | 'config' | 'secrets'>;

export interface Surroundings {
  readonly cell: Cell;
  readonly host: HostProcess;
  /** Of the host, and of any other that a case has to itself. */
  readonly hostEnv: NodeJS.ProcessEnv;
  /** For configurations and recordings. */
  readonly folder: string;
  /** Hex; the host has them in CONFORMANCE_SECRET and CONFORMANCE_OTHER_SECRET. */
  readonly secret: string;
  readonly isTraced: boolean;
  /** What names in cases stand for. */
  readonly variables: Variables;
}

/** One manager of the host, with one plugin, made as a cell wants it. */
export class Session {
  readonly name: string;
  /** The name of its plugin. */
  readonly plugin: string;
  readonly #host: HostProcess;
  readonly #launch: Launch;
  readonly #trace: Trace;
  readonly #processes: PluginProcesses;
  #isHostKilled = false;

  private constructor(name: string, plugin: string, around: Surroundings, launch: Launch, trace: Trace) {
    this.name = name;
    this.plugin = plugin;
    this.#host = around.host;
    this.#launch = launch;
    this.#trace = trace;
    this.#processes =
      around.cell.transport === 'docker' ? new ContainedProcesses(plugin) : new OwnProcesses();
  }

  /** Loads the manager and, for a remote plugin, starts that; does not start the manager. @throws Error */
  static async open(name: string, given: SessionKind, around: Surroundings): Promise<Session> {
    const { cell, folder, isTraced, secret } = around;
    const { serve = 'typed', secrets } = given;
    const kind = fill({ env: given.env, config: given.config }, around.variables) as SessionKind;
    const trace = new Trace();
    const plugin = `subject-${++sessions}`;
    const isRaw = serve !== 'typed' && serve !== 'builders';
    const launched = await launch({
      cell,
      env: {
        CONFORMANCE_SERVE: serve,
        ...(isRaw && { CONFORMANCE_CONTRACT: rawContract }),
        ...kind.env,
      },
      secret,
      secrets,
      trace: isTraced ? trace : undefined,
      recordingPath: `${folder}/${name}.jsonl`,
    });
    const contract = isRaw ? { contract_hash: rawContract } : { schema: schemaPath };
    const entry = {
      name: plugin,
      ...launched.entry,
      ...(kind.config?.contract_hash === undefined && contract),
      ...kind.config,
    };
    const config = `${folder}/${name}.toml`;
    writeFileSync(config, pluginConfig(entry));
    const session = new Session(name, plugin, around, launched, trace);
    const loaded = await session.command({ do: 'load', config, plugins: [entry] });
    if ('error' in loaded) {
      await session.#stopRemote();
      throw new Error(`the configuration was not taken: ${loaded.error.message}`);
    }
    return session;
  }

  /** A command to this manager. */
  command(command: object): Promise<Answer> {
    return this.send(command).answer;
  }

  send(command: object): { id: number; answer: Promise<Answer> } {
    return this.#host.send({ manager: this.name, plugin: this.plugin, ...command });
  }

  events(): readonly HostEvent[] {
    return this.#host.events(this.name);
  }

  /** The number by which this machine knows the plugin's process. @throws Error where there is none */
  async findProcess(): Promise<number> {
    const answer = await this.command({ do: 'call', method: 'DescribeProcess', value: {} });
    if ('error' in answer) throw new Error(`DescribeProcess failed: ${answer.error.message}`);
    return this.#processes.find(Number((answer.result.value as Result).pid));
  }

  /** Whether nothing is left of it, be it but a container without a process. */
  isGone(pid: number): Promise<boolean> {
    return this.#processes.isGone(pid);
  }

  /** By SIGKILL: it can put nothing away. */
  async killHost(): Promise<void> {
    this.#isHostKilled = true;
    await this.#host.kill();
  }

  /** @throws Error where the manager or the remote plugin does not stop well */
  async close(): Promise<void> {
    if (this.#isHostKilled) return this.#stopRemote();
    const stopped = await this.command({ do: 'shutdown' });
    await this.#stopRemote();
    if ('error' in stopped) throw new Error(`shutdown failed: ${stopped.error.message}`);
  }

  /** What went over the wire, where it was listened to. */
  get trace(): string {
    const { recording } = this.#launch;
    if (recording !== undefined) readRecording(recording, this.#trace);
    return this.#trace.text;
  }

  async #stopRemote(): Promise<void> {
    this.#launch.relay?.close();
    await this.#launch.remote?.stop();
  }
}

type Recorded = [unixMs: number, connection: string, what: Direction | 'closed', base64: string];

/** What wire/tap.ts wrote. */
function readRecording(path: string, trace: Trace): void {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    // The plugin never got so far that anybody connected.
    return;
  }
  const connections = new Map<string, ReturnType<Trace['connection']>>();
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const [unixMs, connection, what, base64] = JSON.parse(line) as Recorded;
    const heard = connections.get(connection) ?? trace.connection();
    connections.set(connection, heard);
    if (what === 'closed') heard.closed(unixMs);
    else heard.bytes(what, Buffer.from(base64, 'base64'), unixMs);
  }
}
