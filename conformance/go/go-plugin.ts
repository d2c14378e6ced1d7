import assert from 'node:assert/strict';
import { type ChildProcess, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type NetConnectOpts } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startPlugin, V1Host } from '../peers/v1/host.ts';
import { type Introduction, V2Host } from '../peers/v2/host.ts';

export const CONTRACT_HASH = `sha256:${'c'.repeat(64)}`;

const isMissing = spawnSync('go', ['version']).error !== undefined && process.env.PLUGINART_STRICT !== '1';

/** For `skip`: false, or what a test without Go says; PLUGINART_STRICT=1 makes such tests run, and fail. */
export const skipWithoutGo = isMissing
  ? 'GO IS NOT ON PATH: Go plugins are not tested against the peers'
  : false;
if (skipWithoutGo !== false) process.stderr.write(`\n*** ${skipWithoutGo} ***\n\n`);

const folder = mkdtempSync(join(tmpdir(), 'go-plugin-'));
const program = join(folder, 'plugin');
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
if (skipWithoutGo === false) {
  const source = fileURLToPath(new URL('plugin', import.meta.url));
  const { status, stderr } = spawnSync('go', ['build', '-o', program, '.'], {
    cwd: source,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`conformance/go/plugin does not build:\n${stderr}`);
}

let sockets = 0;
let logs = 0;

/** `conformance/go/plugin` as a process. */
export class GoPlugin {
  readonly process: ChildProcess;
  readonly address: NetConnectOpts;
  readonly socket: string;

  readonly #log: string;

  private constructor(process: ChildProcess, address: NetConnectOpts, socket: string, log: string) {
    this.process = process;
    this.address = address;
    this.socket = socket;
    this.#log = log;
  }

  /** @param env HANDLER and what else `plugin/main.go` says */
  static async start(env: Readonly<Record<string, string>>, where?: string): Promise<GoPlugin> {
    const socket = where ?? join(folder, `${++sockets}.sock`);
    const given = { CONTRACT: CONTRACT_HASH, ...env };
    const names = Object.entries(given).map(([name, value]) => `${name}=${value}`);
    const log = join(folder, `${++logs}.log`);
    // What it says of misbehaving hosts goes to a file, and exec leaves no shell behind.
    const command = ['-c', 'log=$1; shift; exec env "$@" 2>"$log"', 'sh', log, ...names, program];
    const started = await startPlugin('/bin/sh', command, socket);
    return new GoPlugin(started.process, started.address, socket, log);
  }

  /** One that only hosts may call who prove that they know the token. @param token hex */
  static startWithToken(env: Readonly<Record<string, string>>, token: string): Promise<GoPlugin> {
    const socket = join(folder, `${++sockets}.sock`);
    return GoPlugin.start({ ...env, PLUGIN_TOKEN: token, PLUGIN_TOKEN_FOR: socket }, socket);
  }

  /** A version 2 host, introduced. @throws Error where it is refused */
  async v2Host(introduction: Partial<Introduction> = {}): Promise<V2Host> {
    const host = await V2Host.dial(this.address);
    const response = await host.shakeHands({ contractHash: CONTRACT_HASH, ...introduction });
    if (response?.accept?.version !== 2) throw new Error(`refused: ${response?.error}`);
    return host;
  }

  async v1Host(): Promise<V1Host> {
    const host = await V1Host.dial(this.address);
    const { ok, error } = await host.shakeHands(CONTRACT_HASH);
    if (!ok) throw new Error(`refused: ${error}`);
    return host;
  }

  /** Waits until it has written to stderr what matches. @throws AssertionError where it does not within 20 s */
  async says(pattern: RegExp): Promise<void> {
    const limit = Date.now() + 20_000;
    while (!pattern.test(readFileSync(this.#log, 'utf8')) && Date.now() < limit) await delay(10);
    assert.match(readFileSync(this.#log, 'utf8'), pattern);
  }

  /** Bytes of memory that are its own at this moment. */
  get residentBytes(): number {
    const status = readFileSync(`/proc/${this.process.pid}/status`, 'utf8');
    return Number(status.match(/^VmRSS:\s+(\d+) kB$/m)![1]) * 1_024;
  }

  get isRunning(): boolean {
    return this.process.exitCode === null && this.process.signalCode === null;
  }

  /** Asks it to end; gives its exit code. */
  async stop(): Promise<number | null> {
    this.process.kill('SIGTERM');
    return this.ended();
  }

  async ended(): Promise<number | null> {
    if (this.isRunning) await once(this.process, 'exit');
    return this.process.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.process.kill('SIGKILL');
    await this.ended();
  }
}

/** One that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
