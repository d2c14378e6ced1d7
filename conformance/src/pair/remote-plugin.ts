import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { endWithRunner } from '../matrix/end-with-runner.ts';
import { inTime } from '../matrix/patience.ts';
import { type Address, freeAddress } from '../wire/address.ts';

/** Whoever runs a remote plugin: starts it, and again where it ends, on the same address. */
export class RemotePlugin {
  readonly address: Address;
  readonly #command: readonly string[];
  readonly #env: NodeJS.ProcessEnv;
  #child: ChildProcess | undefined;
  #isStopped = false;
  #output = '';

  private constructor(command: readonly string[], env: NodeJS.ProcessEnv, address: Address) {
    this.#command = command;
    this.#env = env;
    this.address = address;
  }

  /** @param secret hex; undefined = none @throws Error where it does not get READY */
  static async start(
    command: readonly string[],
    env: NodeJS.ProcessEnv,
    secret: string | undefined,
  ): Promise<RemotePlugin> {
    const address = await freeAddress();
    const token = secret === undefined ? {} : { PLUGIN_TOKEN: secret, PLUGIN_TOKEN_FOR: address };
    const plugin = new RemotePlugin(command, { ...env, PLUGIN_ADDR: address, ...token }, address);
    await plugin.#run();
    return plugin;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await inTime('the end of the remote plugin', ended).catch((error) => {
      child.kill('SIGKILL');
      throw error;
    });
  }

  async #run(): Promise<void> {
    const [command, ...args] = this.#command;
    const child = spawn(command as string, args, { env: this.#env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    endWithRunner(child);
    const ready = new Promise<void>((resolve, reject) => {
      const take = (chunk: Buffer) => {
        this.#output = (this.#output + chunk.toString('utf8')).slice(-8_000);
        if (/(^|\n)READY\n/.test(this.#output)) resolve();
      };
      child.stdout.on('data', take);
      child.stderr.on('data', take);
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        reject(new Error(`the remote plugin ended with ${code ?? signal}: ${this.#output}`));
        this.#output = '';
        if (!this.#isStopped) void this.#run().catch(() => {});
      });
    });
    await inTime('READY of the remote plugin', ready);
  }
}
