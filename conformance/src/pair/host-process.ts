import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Adapter } from '../matrix/implementation.ts';
import { inTime, patienceMs } from '../matrix/patience.ts';

export type Result = Readonly<Record<string, unknown>>;
export type HostEvent = Readonly<Record<string, unknown>>;

/** What an adapter answered to a command. */
export type Answer = { readonly result: Result } | { readonly error: Result };

type Said = HostEvent & { readonly id?: number };

/** A host adapter that runs. See adapters/README.md. */
export class HostProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  readonly #events = new Map<string, HostEvent[]>();
  #lastId = 0;
  #stderr = '';
  #ended: string | undefined;

  constructor(adapter: Adapter, env: NodeJS.ProcessEnv) {
    const [command, ...args] = adapter.command;
    this.#child = spawn(command as string, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.on('error', (error) => this.#end(error.message));
    this.#child.on('exit', (code, signal) => this.#end(`it ended with ${code ?? signal}`));
    this.#child.stdin?.on('error', () => {});
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-8_000);
    });
    createInterface({ input: this.#child.stdout! }).on('line', (line) => this.#take(line));
  }

  /** The id of a command and its answer. */
  send(command: object): { id: number; answer: Promise<Answer> } {
    const id = ++this.#lastId;
    const answer = new Promise<Answer>((resolve) => {
      if (this.#ended !== undefined) resolve({ error: this.#loss(this.#ended) });
      else this.#waiting.set(id, resolve);
    });
    this.#child.stdin?.write(`${JSON.stringify({ id, ...command })}\n`);
    return { id, answer };
  }

  /** What a manager told, so far. */
  events(manager: string): readonly HostEvent[] {
    return this.#events.get(manager) ?? [];
  }

  /** Ends its stdin and waits for it. @throws Error where it does not end, or not well */
  async close(): Promise<void> {
    if (this.#ended !== undefined) throw new Error(this.#loss(this.#ended).message as string);
    const ended = once(this.#child, 'exit');
    this.#child.stdin?.end();
    try {
      const [code, signal] = await inTime('the end of the host', ended, patienceMs);
      if (code !== 0) throw new Error(`the host ended with ${code ?? signal}: ${this.#stderr}`);
    } finally {
      this.#child.kill('SIGKILL');
    }
  }

  /** At once: it can put nothing away. */
  async kill(): Promise<void> {
    if (this.#ended !== undefined) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await inTime('the end of the host', ended);
  }

  #take(line: string): void {
    const said = parsed(line);
    if (said === undefined) {
      // A host that is killed leaves half a line.
      this.#end(`it said ${line.slice(0, 200)}`);
      return;
    }
    if (typeof said.id === 'number') {
      this.#waiting.get(said.id)?.(said as unknown as Answer);
      this.#waiting.delete(said.id);
      return;
    }
    const manager = String(said.manager);
    const events = this.#events.get(manager) ?? [];
    events.push(said);
    this.#events.set(manager, events);
  }

  #end(how: string): void {
    this.#ended ??= how;
    for (const settle of this.#waiting.values()) settle({ error: this.#loss(how) });
    this.#waiting.clear();
  }

  #loss(how: string): Result {
    return { code: -1, message: `the host adapter is gone: ${how}\n${this.#stderr}` };
  }
}

/** Undefined where it is no line of JSON. */
function parsed(line: string): Said | undefined {
  try {
    return JSON.parse(line) as Said;
  } catch {
    return undefined;
  }
}
