import { rm, stat } from 'node:fs/promises';

import type { StartupError } from '../../errors/index.ts';
import { awaitReady, MAX_PORTS_TRIED, misprintedReady, UNREADY_STOP_MS } from './await-ready.ts';
import { newToken, pluginEnvironment } from './environment.ts';
import { whyUnfit } from './executable-format.ts';
import { findExecutable } from './find-executable.ts';
import { findFreePort } from './free-port.ts';
import type { HostHome, OpenHome } from './host-home.ts';
import {
  type Address,
  describeAddress,
  type Instance,
  type Launcher,
  type LaunchOptions,
} from './instance.ts';
import { isListening } from './is-listening.ts';
import type { BinaryLaunch } from './launch-spec.ts';
import { PluginProcess } from './plugin-process.ts';
import { startupFailure } from './startup-failure.ts';

/** Starts an executable of this machine. */
export class BinaryLauncher implements Launcher {
  readonly #plugin: string;
  readonly #launch: BinaryLaunch;
  readonly #home: HostHome;

  constructor(plugin: string, launch: BinaryLaunch, home: HostHome) {
    this.#plugin = plugin;
    this.#launch = launch;
    this.#home = home;
  }

  get command(): string {
    const { path, args, cwd } = this.#launch;
    return JSON.stringify([path, args, cwd]);
  }

  async launch(options: LaunchOptions): Promise<Instance> {
    if (process.platform === 'win32') {
      throw startupFailure(this.#plugin, 'cannot be started: there is no support for Windows yet', undefined);
    }
    const deadlineMs = performance.now() + options.timeoutMs;
    const home = await this.#home.open();
    for (let tried = 1; ; tried++) {
      const address = await this.#newAddress(home);
      const result = await this.#launchAt(address, home, options, deadlineMs);
      if (!('portTaken' in result)) return result;
      if (tried === MAX_PORTS_TRIED) throw result.portTaken;
    }
  }

  async #newAddress(home: OpenHome): Promise<Address> {
    return this.#launch.transport === 'unix'
      ? { kind: 'unix', path: home.directory.newSocketPath(this.#plugin) }
      : { kind: 'tcp', host: '127.0.0.1', port: await findFreePort() };
  }

  async #launchAt(
    address: Address,
    home: OpenHome,
    options: LaunchOptions,
    deadlineMs: number,
  ): Promise<Instance | { portTaken: StartupError }> {
    const token = newToken();
    const env = pluginEnvironment(this.#launch, process.env, address, token);
    const file = await findExecutable(this.#plugin, this.#launch.path, env.PATH);
    options.signal.throwIfAborted();
    const child = await this.#spawn(file, env, home, options);
    const instance = new BinaryInstance(address, token, child);
    const outcome = await awaitReady(child, deadlineMs - performance.now(), options.signal);
    if (outcome === 'ready') return instance;

    const listened = outcome === 'late' && (await isListening(address));
    await instance.stop(UNREADY_STOP_MS);
    if (outcome === 'aborted') throw options.signal.reason;
    const evidence = child.evidence();
    if (outcome === 'late') {
      const seconds = options.timeoutMs / 1_000;
      const state = listened
        ? `listens at ${describeAddress(address)}, but has not printed READY alone on a line of stdout`
        : 'has neither listened at its address nor printed READY';
      const what = `${state} within ${seconds} s (startup_timeout)${misprintedReady(evidence)}`;
      throw startupFailure(this.#plugin, what, evidence);
    }
    const { how } = await child.ended;
    const unfit = await whyUnfit(file);
    const failure = startupFailure(
      this.#plugin,
      `${how} before it was ready${unfit === undefined ? '' : `; ${unfit}`}`,
      evidence,
    );
    if (address.kind === 'tcp' && saysPortTaken(evidence.stderr)) return { portTaken: failure };
    throw failure;
  }

  async #spawn(
    file: string,
    env: Record<string, string>,
    home: OpenHome,
    options: LaunchOptions,
  ): Promise<PluginProcess> {
    const { args, cwd } = this.#launch;
    try {
      return await PluginProcess.spawn({ file, args, cwd, env }, home.guard, options.onLine);
    } catch (cause) {
      const why = (await whyNoDirectory(cwd)) ?? (await whyUnfit(file)) ?? (cause as Error).message;
      throw startupFailure(this.#plugin, `could not be started: ${why}`, undefined, cause);
    }
  }
}

class BinaryInstance implements Instance {
  readonly address: Address;
  readonly token: string;
  readonly process: PluginProcess;

  constructor(address: Address, token: string, process: PluginProcess) {
    this.address = address;
    this.token = token;
    this.process = process;
  }

  async stop(graceMs: number): Promise<void> {
    await this.process.stop(graceMs);
    if (this.address.kind === 'unix') await rm(this.address.path, { force: true });
  }
}

async function whyNoDirectory(cwd: string): Promise<string | undefined> {
  try {
    return (await stat(cwd)).isDirectory() ? undefined : `its working directory ${cwd} is not a directory`;
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return `its working directory ${cwd} ${missing ? 'does not exist' : `cannot be used: ${(error as Error).message}`}`;
  }
}

function saysPortTaken(stderr: readonly string[]): boolean {
  return stderr.some((line) => /EADDRINUSE|address already in use/i.test(line));
}
