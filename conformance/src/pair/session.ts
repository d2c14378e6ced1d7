import { readFileSync, writeFileSync } from 'node:fs';
import type { Cell } from '../matrix/cell.ts';
import { needsNoOffer } from '../matrix/cell.ts';
import { builtFolder, schemaPath } from '../matrix/folders.ts';
import { fill, type Variables } from '../suite/fill.ts';
import type { PairCase } from '../suite/suite.ts';
import { Relay } from '../wire/relay.ts';
import { type Direction, Trace } from '../wire/trace.ts';
import type { Answer, HostEvent, HostProcess, Result } from './host-process.ts';
import { RemotePlugin } from './remote-plugin.ts';
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
  readonly #recording: string | undefined;
  readonly #trace: Trace;
  readonly #remote: RemotePlugin | undefined;
  readonly #relay: Relay | undefined;

  private constructor(
    name: string,
    plugin: string,
    host: HostProcess,
    recording: string | undefined,
    trace: Trace,
    remote: RemotePlugin | undefined,
    relay: Relay | undefined,
  ) {
    this.name = name;
    this.plugin = plugin;
    this.#host = host;
    this.#recording = recording;
    this.#trace = trace;
    this.#remote = remote;
    this.#relay = relay;
  }

  /** Loads the manager and, for a remote plugin, starts that; does not start the manager. @throws Error */
  static async open(name: string, given: SessionKind, around: Surroundings): Promise<Session> {
    const { cell, folder, isTraced, host } = around;
    const { serve = 'typed', secrets } = given;
    const kind = fill({ env: given.env, config: given.config }, around.variables) as SessionKind;
    const trace = new Trace();
    const plugin = `subject-${++sessions}`;
    const withoutOffer = needsNoOffer(cell);
    const isRaw = serve !== 'typed' && serve !== 'builders';
    const env = {
      CONFORMANCE_SERVE: serve,
      ...(isRaw && { CONFORMANCE_CONTRACT: rawContract }),
      ...kind.env,
    };
    const recording = isTraced && cell.transport !== 'remote' ? `${folder}/${name}.jsonl` : undefined;
    let remote: RemotePlugin | undefined;
    let relay: Relay | undefined;
    let launch: Result;
    if (cell.transport === 'remote') {
      const { host: hostKnows, plugin: pluginKnows } = secrets ?? { host: 'same', plugin: 'same' };
      const isSecret = cell.version === 2 || secrets !== undefined;
      remote = await RemotePlugin.start(
        cell.plugin.plugin.command,
        { ...process.env, ...env },
        isSecret && pluginKnows === 'same' ? around.secret : undefined,
      );
      if (withoutOffer || isTraced) {
        const listener = () => trace.connection();
        relay = await Relay.open('127.0.0.1:0', remote.address, { withoutOffer, listener });
      }
      const variable = hostKnows === 'same' ? 'CONFORMANCE_SECRET' : 'CONFORMANCE_OTHER_SECRET';
      launch = {
        type: 'remote',
        address: relay?.address ?? remote.address,
        token_env: isSecret && hostKnows !== 'none' ? variable : undefined,
      };
    } else {
      const tap = [
        process.execPath,
        `${builtFolder}/src/wire/tap.js`,
        ...(withoutOffer ? ['--without-offer'] : []),
        ...(recording === undefined ? [] : ['--record', recording]),
        '--',
      ];
      const command = cell.plugin.plugin.command;
      const [path, ...args] = withoutOffer || isTraced ? [...tap, ...command] : command;
      launch = { path, args, transport: cell.transport, env };
    }
    const contract = isRaw ? { contract_hash: rawContract } : { schema: schemaPath };
    const entry = {
      name: plugin,
      ...launch,
      ...(kind.config?.contract_hash === undefined && contract),
      ...kind.config,
    };
    const config = `${folder}/${name}.toml`;
    writeFileSync(config, pluginConfig(entry));
    const session = new Session(name, plugin, host, recording, trace, remote, relay);
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

  /** @throws Error where the manager or the remote plugin does not stop well */
  async close(): Promise<void> {
    const stopped = await this.command({ do: 'shutdown' });
    await this.#stopRemote();
    if ('error' in stopped) throw new Error(`shutdown failed: ${stopped.error.message}`);
  }

  /** What went over the wire, where it was listened to. */
  get trace(): string {
    if (this.#recording !== undefined) readRecording(this.#recording, this.#trace);
    return this.#trace.text;
  }

  async #stopRemote(): Promise<void> {
    this.#relay?.close();
    await this.#remote?.stop();
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
