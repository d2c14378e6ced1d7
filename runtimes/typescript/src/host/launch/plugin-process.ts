import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

import type { Evidence } from '../../errors/index.ts';
import { settlesWithin } from '../../timing/settles-within.ts';
import type { Guard } from './guard.ts';
import type { Ending, InstanceProcess, OnLine, OutputStream } from './instance.ts';
import { LineSplitter } from './line-splitter.ts';
import { ReadyLine } from './ready-line.ts';
import { behindGate, type Command, GO } from './starting-gate.ts';
import { Tail } from './tail.ts';

/** How long the last output of a dead process is waited for: a stranger may hold its pipes open. */
const OUTPUT_GRACE_MS = 1_000;
/** After SIGKILL the kernel needs a moment; a process stuck in it may need for ever. */
const KILL_GRACE_MS = 5_000;
/** How one ended that got a SIGKILL which was not ours. */
export const KILLED_BY_WHOM = 'was killed by SIGKILL, by somebody else or for want of memory';

/** A running plugin with its process group, its output always drained. */
export class PluginProcess implements InstanceProcess {
  readonly pid: number;
  readonly ready: Promise<void>;
  readonly exited: Promise<void>;
  readonly ended: Promise<Ending>;
  readonly #child: ChildProcess;
  readonly #tails: Record<OutputStream, Tail> = { stdout: new Tail(), stderr: new Tail() };
  #killed = false;

  /** @throws the error of the operating system, with its `code`, where the process cannot be started. */
  static async spawn(command: Command, guard: Guard, onLine: OnLine): Promise<PluginProcess> {
    const gated = behindGate(command);
    const { file, args } = gated ?? command;
    const child = spawn(file, args, {
      cwd: command.cwd,
      env: command.env,
      // A session and process group of its own: all of it can be stopped, and Ctrl-C is the host's to handle.
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe', command.file3 ?? 'ignore'],
    });
    if (child.pid === undefined) {
      throw await new Promise<Error>((resolve) => child.once('error', resolve));
    }
    guard.add(child.pid);
    // An error, of a process that is gone already, is heard of by its exit.
    child.stdin!.on('error', () => {});
    if (gated !== undefined) child.stdin!.write(GO);
    return new PluginProcess(child, child.pid, guard, onLine);
  }

  private constructor(child: ChildProcess, pid: number, guard: Guard, onLine: OnLine) {
    this.#child = child;
    this.pid = pid;
    child.on('error', () => {});
    let announceReady: () => void;
    this.ready = new Promise((resolve) => {
      announceReady = resolve;
    });
    const emit = (stream: OutputStream, text: string, whole: boolean) => {
      this.#tails[stream].add(text);
      onLine(stream, text, whole);
    };
    const stdout = new ReadyLine(
      () => announceReady(),
      (text, whole) => emit('stdout', text, whole),
    );
    drain(child.stdout!, new LineSplitter((text, whole) => stdout.line(text, whole)), () => stdout.end());
    drain(child.stderr!, new LineSplitter((text, whole) => emit('stderr', text, whole)));

    this.exited = new Promise((resolve) => {
      child.once('exit', () => {
        // What is left of the group goes first, as long as its id cannot have been given to anybody else.
        this.#signalGroup('SIGKILL');
        guard.remove(pid);
        child.stdin!.destroy();
        resolve();
      });
    });
    this.ended = this.#awaitEnd();
  }

  get hasExited(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  endsSoon(graceMs: number): Promise<boolean> {
    return settlesWithin(this.exited, graceMs);
  }

  evidence(): Evidence {
    return {
      exitCode: this.#child.exitCode ?? undefined,
      signal: this.#child.signalCode ?? undefined,
      stderr: this.#tails.stderr.lines(),
      stdout: this.#tails.stdout.lines(),
    };
  }

  async stop(graceMs: number): Promise<void> {
    if (!this.hasExited && graceMs > 0) {
      this.#signalGroup('SIGTERM');
      await settlesWithin(this.exited, graceMs);
    }
    if (!this.hasExited) {
      this.#killed = true;
      this.#signalGroup('SIGKILL');
      await settlesWithin(this.exited, KILL_GRACE_MS);
    }
    if (this.hasExited) await this.ended;
  }

  async #awaitEnd(): Promise<Ending> {
    const closed = new Promise<void>((resolve) => this.#child.once('close', () => resolve()));
    await this.exited;
    if (!(await settlesWithin(closed, OUTPUT_GRACE_MS))) {
      this.#child.stdout!.destroy();
      this.#child.stderr!.destroy();
    }
    return { how: this.#describeExit(), evidence: this.evidence() };
  }

  #describeExit(): string {
    const { exitCode, signalCode } = this.#child;
    if (signalCode === null) return `exited with code ${exitCode}`;
    if (signalCode !== 'SIGKILL' || this.#killed) return `was killed by ${signalCode}`;
    return KILLED_BY_WHOM;
  }

  #signalGroup(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.pid, signal);
    } catch {
      // ESRCH: nobody is left. EPERM is how macOS says the same of a group of zombies.
    }
  }
}

function drain(stream: Readable, splitter: LineSplitter, onEnd?: () => void): void {
  stream.on('data', (chunk: Buffer) => splitter.push(chunk));
  stream.on('error', () => {});
  stream.once('close', () => {
    splitter.end();
    onEnd?.();
  });
}
