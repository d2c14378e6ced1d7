import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Address, freeAddress } from '../wire/address.ts';

export interface LaunchOptions {
  /** The program and its arguments, or one line for the shell. */
  readonly command: readonly string[] | string;
  readonly transport: 'unix' | 'tcp';
  readonly hasToken: boolean;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly address?: 'nowhere' | 'occupied by a file' | undefined;
}

const readyWithinMs = 15_000;

/** A plugin started as a host starts one. */
export class LaunchedPlugin {
  readonly address: Address;
  /** Hex; undefined = none. */
  readonly token: string | undefined;
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #exited: Promise<void>;
  readonly output = { stdout: '', stderr: '' };
  /** Of the process, when it has ended. */
  ending: { readonly code: number | null; readonly signal: string | null } | undefined;

  private constructor(child: ChildProcess, folder: string, address: Address, token: string | undefined) {
    this.#child = child;
    this.#folder = folder;
    this.address = address;
    this.token = token;
    for (const name of ['stdout', 'stderr'] as const)
      child[name]?.setEncoding('utf8').on('data', (text: string) => {
        this.output[name] = (this.output[name] + text).slice(-64_000);
      });
    child.stdin?.on('error', () => {});
    child.once('error', (error) => {
      this.output.stderr += error.message;
      this.ending ??= { code: 127, signal: null };
    });
    this.#exited = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        this.ending ??= { code, signal };
        resolve();
      });
    });
  }

  static async launch(options: LaunchOptions): Promise<LaunchedPlugin> {
    const { command, transport, hasToken, env, address: where } = options;
    const folder = mkdtempSync(join(tmpdir(), 'certify-'));
    const address = transport === 'tcp' ? await freeAddress() : join(folder, 'plugin.sock');
    if (where === 'occupied by a file') writeFileSync(address, 'not a socket');
    const token = hasToken ? randomBytes(32).toString('hex') : undefined;
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('PLUGIN_'));
    const all = {
      ...Object.fromEntries(inherited),
      ...(where !== 'nowhere' && { [transport === 'tcp' ? 'PLUGIN_ADDR' : 'PLUGIN_SOCKET']: address }),
      ...(token !== undefined && {
        PLUGIN_TOKEN: token,
        PLUGIN_TOKEN_FOR: address,
        PLUGIN_LIFELINE: 'stdin',
      }),
      ...env,
    };
    const [program, ...args] = typeof command === 'string' ? ['sh', '-c', `exec ${command}`] : command;
    const child = spawn(program as string, args, { env: all, stdio: 'pipe', detached: true });
    return new LaunchedPlugin(child, folder, address, token);
  }

  get hasSaidReady(): boolean {
    return /(^|\n)READY\r?\n/.test(this.output.stdout);
  }

  /** @returns why it did not get ready, or undefined */
  async ready(): Promise<string | undefined> {
    const endMs = performance.now() + readyWithinMs;
    while (!this.hasSaidReady) {
      const said = `it said on stdout ${JSON.stringify(this.output.stdout)} and on stderr ${JSON.stringify(this.output.stderr)}`;
      if (this.ending !== undefined)
        return `it ended with ${this.ending.code ?? this.ending.signal} before READY; ${said}`;
      if (performance.now() > endMs) return `no READY within ${readyWithinMs / 1_000} s; ${said}`;
      await delay(10);
    }
    return undefined;
  }

  /** @returns whether it has ended in that time */
  async ended(withinMs: number): Promise<boolean> {
    const controller = new AbortController();
    const late = delay(withinMs, undefined, controller).catch(() => {});
    await Promise.race([this.#exited, late]);
    controller.abort();
    return this.ending !== undefined;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  endStdin(): void {
    this.#child.stdin?.end();
  }

  /** Kills what is left of it. */
  dispose(): void {
    try {
      process.kill(-(this.#child.pid as number), 'SIGKILL');
    } catch {
      // Nothing is left.
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
