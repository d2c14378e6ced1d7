import { randomBytes } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';

import type { Evidence, StartupError } from '../../errors/index.ts';
import { pluginEnvironment } from './environment.ts';
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

const TOKEN_BYTES = 32;
/** A free port may be taken by somebody else before the plugin gets to it. */
const MAX_PORTS_TRIED = 3;
/** For a process that did not get ready to clean up after itself. */
const UNREADY_STOP_MS = 1_000;

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
    const token = randomBytes(TOKEN_BYTES).toString('hex');
    const env = pluginEnvironment(this.#launch, process.env, address, token);
    const file = await findExecutable(this.#plugin, this.#launch.path, env.PATH);
    options.signal.throwIfAborted();
    const child = await this.#spawn(file, env, home, options);
    const instance = new BinaryInstance(address, token, child);
    const outcome = await firstOf(child, deadlineMs - performance.now(), options.signal);
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

type Outcome = 'ready' | 'exited' | 'late' | 'aborted';

function firstOf(child: PluginProcess, timeoutMs: number, signal: AbortSignal): Promise<Outcome> {
  return new Promise((resolve) => {
    const settle = (outcome: Outcome) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      resolve(outcome);
    };
    const onAbort = () => settle('aborted');
    // Where this host itself was busy, READY may be in the pipe: it is read before the verdict.
    const timer = setTimeout(() => setImmediate(() => settle('late')), Math.max(timeoutMs, 0));
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
    child.ready.then(() => settle('ready'));
    // Its output may still be on its way, READY included: a process that is gone is not ready, though.
    child.ended.then(() => settle('exited'));
  });
}

/** What is wrong with a READY that was printed, but did not count. */
function misprintedReady({ stdout, stderr }: Evidence): string {
  if (stderr.some((line) => line.trim() === 'READY')) return '; READY belongs on stdout, not on stderr';
  const line = stdout.find((text) => /\bREADY\b/.test(text));
  return line === undefined ? '' : `; READY has to be alone on its line, and not as in "${line}"`;
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
