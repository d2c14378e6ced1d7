import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { StartupError } from '../../errors/index.ts';
import { awaitReady, MAX_PORTS_TRIED, misprintedReady, UNREADY_STOP_MS } from './await-ready.ts';
import { ContainerProcess } from './container-process.ts';
import { containerLabels } from './container-sweep.ts';
import { DockerClient } from './docker-client.ts';
import { type ContainerPlan, type DockerRun, dockerRun, SOCKET_NAME } from './docker-command.ts';
import { hintOf, hintOfUnreachable, whyRefused } from './docker-failure.ts';
import { newToken } from './environment.ts';
import { findFreePort } from './free-port.ts';
import type { HostHome, OpenHome } from './host-home.ts';
import { describeAddress, type Instance, type Launcher, type LaunchOptions } from './instance.ts';
import { isListening } from './is-listening.ts';
import type { DockerLaunch } from './launch-spec.ts';
import { startupFailure } from './startup-failure.ts';

/** Containers of one host are told apart by it, over all its managers. */
let started = 0;

/** Starts a container by the `docker` command. */
export class DockerLauncher implements Launcher {
  readonly #plugin: string;
  readonly #launch: DockerLaunch;
  readonly #home: HostHome;
  readonly #findPort: () => Promise<number>;

  /** @param findPort for tests */
  constructor(plugin: string, launch: DockerLaunch, home: HostHome, findPort = findFreePort) {
    this.#plugin = plugin;
    this.#launch = launch;
    this.#home = home;
    this.#findPort = findPort;
  }

  get command(): string {
    const { image, args } = this.#launch;
    return JSON.stringify(['docker', image, args]);
  }

  async launch(options: LaunchOptions): Promise<Instance> {
    const { transport } = this.#launch;
    if (process.platform === 'win32' || (transport === 'unix' && process.platform !== 'linux')) {
      const way =
        transport === 'unix'
          ? 'its engine shares no sockets with it: set transport = "tcp"'
          : 'not supported yet';
      throw startupFailure(this.#plugin, `cannot be started on ${process.platform}: ${way}`, undefined);
    }
    const deadlineMs = performance.now() + options.timeoutMs;
    const docker = await DockerClient.find(this.#plugin);
    const home = await this.#home.open();
    home.sweepContainersOnce(docker);
    for (let tried = 1; ; tried++) {
      const result = await this.#launchOnce(docker, home, options, deadlineMs);
      if (!('portTaken' in result)) return result;
      if (tried === MAX_PORTS_TRIED) throw result.portTaken;
    }
  }

  async #launchOnce(
    docker: DockerClient,
    home: OpenHome,
    options: LaunchOptions,
    deadlineMs: number,
  ): Promise<Instance | { portTaken: StartupError }> {
    const plan = await this.#plan(home);
    options.signal.throwIfAborted();
    const child = await this.#start(docker, plan, home, options);
    const instance = new ContainerInstance(this.#launch, plan, child);
    const outcome = await awaitReady(child, deadlineMs - performance.now(), options.signal);
    if (outcome === 'ready') return instance;

    const { address } = plan;
    // docker itself listens at a published port, whether anybody does inside or not.
    const listened = outcome === 'late' && address.kind === 'unix' && (await isListening(address));
    await instance.stop(UNREADY_STOP_MS);
    if (outcome === 'aborted') throw options.signal.reason;
    if (outcome === 'late') {
      const evidence = child.evidence();
      const state = listened ? `listens at ${describeAddress(address)}, but has not` : 'has not';
      const limit = `${options.timeoutMs / 1_000} s (startup_timeout)`;
      const what = `${state} printed READY alone on a line of stdout within ${limit}${misprintedReady(evidence)}`;
      throw startupFailure(this.#plugin, what, evidence);
    }
    return this.#explainEnd(child);
  }

  async #explainEnd(child: ContainerProcess): Promise<{ portTaken: StartupError }> {
    const { how, evidence } = await child.ended;
    const refusal = whyRefused(this.#launch, evidence);
    if (refusal === undefined) {
      const what = `${how} before it was ready${hintOf(this.#launch, evidence)}`;
      throw startupFailure(this.#plugin, what, evidence);
    }
    const failure = startupFailure(this.#plugin, `could not be started: ${refusal.what}`, evidence);
    if (refusal.portTaken) return { portTaken: failure };
    throw failure;
  }

  async #plan(home: OpenHome): Promise<ContainerPlan> {
    const { transport } = this.#launch;
    const socketFolder =
      transport === 'unix' ? await home.directory.newSocketFolder(this.#plugin) : undefined;
    return {
      name: `${home.directory.name}-${this.#plugin}-${++started}`,
      labels: containerLabels(this.#plugin),
      address:
        socketFolder === undefined
          ? { kind: 'tcp', host: '127.0.0.1', port: await this.#findPort() }
          : { kind: 'unix', path: join(socketFolder, SOCKET_NAME) },
      socketFolder,
      token: newToken(),
      user: this.#launch.user ?? (socketFolder === undefined ? undefined : ownUser()),
    };
  }

  async #start(
    docker: DockerClient,
    plan: ContainerPlan,
    home: OpenHome,
    options: LaunchOptions,
  ): Promise<ContainerProcess> {
    try {
      const run: DockerRun = dockerRun(this.#launch, plan, docker.env);
      const container = { name: plan.name, memory: this.#launch.resources.memory };
      return await ContainerProcess.start(docker, run, container, home.guard, options.onLine);
    } catch (cause) {
      await removeFolder(plan);
      throw startupFailure(
        this.#plugin,
        `could not be started: ${(cause as Error).message}`,
        undefined,
        cause,
      );
    }
  }
}

class ContainerInstance implements Instance {
  readonly address: ContainerPlan['address'];
  readonly token: string;
  readonly process: ContainerProcess;
  readonly #launch: DockerLaunch;
  readonly #plan: ContainerPlan;

  constructor(launch: DockerLaunch, plan: ContainerPlan, process: ContainerProcess) {
    this.#launch = launch;
    this.#plan = plan;
    this.address = plan.address;
    this.token = plan.token;
    this.process = process;
  }

  get behindProxy(): boolean {
    return this.address.kind === 'tcp';
  }

  hintOfUnreachable(code: string | undefined): string {
    return hintOfUnreachable(this.#launch, code);
  }

  async stop(graceMs: number): Promise<void> {
    await this.process.stop(graceMs);
    await removeFolder(this.#plan);
  }
}

/** Root can connect to everybody's socket; anybody else to their own only, as plugins make them with mode 0600. */
function ownUser(): string | undefined {
  const user = process.getuid?.();
  return user === undefined || user === 0 ? undefined : `${user}:${process.getgid?.()}`;
}

async function removeFolder({ socketFolder }: ContainerPlan): Promise<void> {
  // What the plugin left there as somebody else may stay, as all of the host's directory does then.
  if (socketFolder !== undefined) await rm(socketFolder, { recursive: true, force: true }).catch(() => {});
}
