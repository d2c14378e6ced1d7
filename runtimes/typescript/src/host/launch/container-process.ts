import { constants } from 'node:os';

import type { Evidence } from '../../errors/index.ts';
import { settlesWithin } from '../../timing/settles-within.ts';
import type { DockerClient } from './docker-client.ts';
import type { DockerRun } from './docker-command.ts';
import type { Guard } from './guard.ts';
import type { Ending, InstanceProcess, OnLine } from './instance.ts';
import { openNameless } from './nameless-file.ts';
import { KILLED_BY_WHOM, PluginProcess } from './plugin-process.ts';

/** Between two attempts to remove what may still be in the making. */
const REMOVE_RETRY_MS = 100;
/** An engine that does not get rid of a container in this time is not waited for. */
const REMOVE_MS = 10_000;
const OOM_ANSWER_MS = 5_000;
/** What docker's client exits with where docker itself failed. */
const DOCKER_FAILED = 125;
/** A shell's way, and docker-init's, to say that a signal ended it. */
const SIGNALLED = 128;

/** A container, and the docker client that is attached to it: its output, its end and its stdin are the container's. */
export class ContainerProcess implements InstanceProcess {
  readonly pid: number;
  readonly ready: Promise<void>;
  readonly exited: Promise<void>;
  readonly ended: Promise<Ending>;
  readonly #client: PluginProcess;
  readonly #docker: DockerClient;
  readonly #name: string;
  readonly #guard: Guard;
  readonly #memory: string | undefined;
  #killed = false;

  /** @throws the error of the operating system where the client cannot be started. */
  static async start(
    docker: DockerClient,
    run: DockerRun,
    container: { readonly name: string; readonly memory: string | undefined },
    guard: Guard,
    onLine: OnLine,
  ): Promise<ContainerProcess> {
    const file3 = run.input === undefined ? undefined : await openNameless(run.input);
    guard.addContainer(docker.file, container.name);
    try {
      const command = { ...run, file: docker.file, cwd: process.cwd(), file3: file3?.fd };
      const client = await PluginProcess.spawn(command, guard, onLine);
      return new ContainerProcess(client, docker, container, guard);
    } catch (error) {
      guard.removeContainer(container.name);
      throw error;
    } finally {
      await file3?.close();
    }
  }

  private constructor(
    client: PluginProcess,
    docker: DockerClient,
    { name, memory }: { readonly name: string; readonly memory: string | undefined },
    guard: Guard,
  ) {
    this.#client = client;
    this.#docker = docker;
    this.#name = name;
    this.#memory = memory;
    this.#guard = guard;
    this.pid = client.pid;
    this.ready = client.ready;
    this.exited = client.exited;
    this.ended = this.#awaitEnd();
  }

  get hasExited(): boolean {
    return this.#client.hasExited;
  }

  async endsSoon(graceMs: number): Promise<boolean> {
    if (await settlesWithin(this.exited, graceMs)) return true;
    // The client ends when the engine has removed the container, which a busy one takes its time for.
    return !(await this.#docker.isRunning(this.#name)) && (await settlesWithin(this.exited, REMOVE_MS));
  }

  evidence(): Evidence {
    return this.#client.evidence();
  }

  async stop(graceMs: number): Promise<void> {
    if (!this.hasExited && graceMs > 0) {
      const limitMs = performance.now() + graceMs;
      // One that does not run yet has nothing to put away.
      const told = this.#docker.signal(this.#name, 'TERM');
      await settlesWithin(Promise.race([this.exited, told]), graceMs);
      if (this.hasExited || (await told)) await settlesWithin(this.exited, limitMs - performance.now());
    }
    if (!this.hasExited) await this.#kill();
    if (this.hasExited) await this.ended;
  }

  /** By the engine, as the client's death is not the container's; again and again, as it may still be in the making. */
  async #kill(): Promise<void> {
    this.#killed = true;
    const limitMs = performance.now() + REMOVE_MS;
    do {
      await settlesWithin(this.#docker.remove(this.#name), limitMs - performance.now());
    } while (!(await settlesWithin(this.exited, REMOVE_RETRY_MS)) && performance.now() < limitMs);
    await this.#client.stop(0);
  }

  async #awaitEnd(): Promise<Ending> {
    const ending = await this.#client.ended;
    const { exitCode, signal } = ending.evidence;
    // Otherwise the client has seen that the container is gone.
    const isGone =
      (signal === undefined && exitCode !== DOCKER_FAILED) || (await this.#docker.remove(this.#name));
    if (isGone) this.#guard.removeContainer(this.#name);
    return { ...ending, how: await this.#describe(ending) };
  }

  async #describe({ how, evidence: { exitCode, signal } }: Ending): Promise<string> {
    if (signal !== undefined)
      return this.#killed ? 'was killed by SIGKILL' : `lost its docker client, which ${how}`;
    const name = signalName((exitCode ?? 0) - SIGNALLED);
    if (name === undefined) return how;
    if (name !== 'SIGKILL' || this.#killed) return `was killed by ${name}`;
    const ranOut = await this.#docker.ranOutOfMemory(this.#name, OOM_ANSWER_MS);
    if (ranOut === undefined) return KILLED_BY_WHOM;
    if (!ranOut) return 'was killed by SIGKILL, by somebody else';
    return `was killed for want of memory${this.#memory === undefined ? '' : ` (resources.memory is ${this.#memory})`}`;
  }
}

function signalName(number: number): string | undefined {
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0];
}
