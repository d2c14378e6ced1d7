import { setTimeout as delay } from 'node:timers/promises';
import { loadSchema } from '@pluginart/compiler';
import { schemaPath } from '../matrix/folders.ts';
import { eventually, inTime, patienceMs } from '../matrix/patience.ts';
import { type BytesNotation, parseBytes, reportBytes } from '../notation/bytes.ts';
import { canonical } from '../notation/canonical.ts';
import { withDefaults } from '../notation/with-defaults.ts';
import type { ExpectedError } from '../suite/expected.ts';
import { fill, type Variables } from '../suite/fill.ts';
import { differences, show } from '../suite/match.ts';
import type { Step } from '../suite/suite.ts';
import { codeName, codeOf } from '../wire/code-name.ts';
import type { Answer } from './host-process.ts';
import { standsStill } from './plugin-processes.ts';
import type { Session } from './session.ts';

interface Outcome {
  readonly gives?: unknown;
  readonly echoes?: true;
  readonly fails?: ExpectedError;
  readonly saves?: Readonly<Record<string, string>>;
}

interface Background {
  readonly ids: readonly number[];
  readonly answers: Promise<Answer[]>;
  readonly sent: readonly unknown[];
  readonly method: string | undefined;
}

const contract = loadSchema(schemaPath).schema?.contract;

/** Runs the steps of one case. */
export class StepRunner {
  readonly #session: Session;
  readonly #variables: Variables;
  readonly #background = new Map<string, Background>();
  readonly #firstEvent: number;

  constructor(session: Session, variables: Variables) {
    this.#session = session;
    this.#variables = variables;
    this.#firstEvent = session.events().length;
  }

  /** @throws Error saying what differs from what the step expects */
  async run(step: Step): Promise<void> {
    if ('call' in step || 'raw' in step) return this.#call(step);
    if ('await' in step) return this.#await(step.await, step);
    if ('cancel' in step) return this.#cancel(step.cancel);
    if ('pause_ms' in step) return delay(step.pause_ms);
    if ('event' in step) return this.#event(step.event);
    if ('no_event' in step) return this.#noEvent(step.no_event);
    if ('status' in step) return this.#status(step.status);
    if ('find_process' in step) {
      this.#variables.set(step.find_process, await this.#session.findProcess());
      return;
    }
    if ('process_gone' in step) return this.#processGone(step.process_gone);
    if ('kill_host' in step) return this.#session.killHost();
    if ('signal' in step) {
      const pid = Number(fill(step.pid, this.#variables));
      process.kill(pid, step.signal as NodeJS.Signals);
      return step.signal === 'SIGSTOP' ? standsStill(pid) : undefined;
    }
    const command = 'start' in step ? 'start' : 'restart' in step ? 'restart' : 'shutdown';
    const answer = this.#session.command({ do: command });
    if ('as' in step && step.as !== undefined) {
      this.#background.set(step.as, {
        ids: [],
        answers: answer.then((one) => [one]),
        sent: [],
        method: undefined,
      });
      return;
    }
    this.#check(step, await inTime(`the answer to ${command}`, answer, 2 * patienceMs), undefined, undefined);
  }

  async #call(step: Extract<Step, { call: string } | { raw: unknown }>): Promise<void> {
    const endMs = performance.now() + patienceMs;
    for (;;) {
      const calls = this.#begin(step);
      if (step.as !== undefined) {
        this.#background.set(step.as, calls);
        return;
      }
      try {
        return await this.#settle(calls, step);
      } catch (error) {
        if (step.until === undefined || performance.now() > endMs) throw error;
        await delay(50);
      }
    }
  }

  #begin(step: Extract<Step, { call: string } | { raw: unknown }>): Background {
    const sends = Array.from({ length: step.times ?? 1 }, (_, i) => {
      this.#variables.set('i', String(i));
      const { timeout_ms } = step;
      if ('raw' in step) {
        const payload = fill(step.raw, this.#variables);
        return { sent: payload, ...this.#session.send({ do: 'raw', payload, timeout_ms }) };
      }
      const value = fill(step.value ?? {}, this.#variables);
      const verb = step.via === 'builders' ? 'build' : 'call';
      return { sent: value, ...this.#session.send({ do: verb, method: step.call, value, timeout_ms }) };
    });
    return {
      ids: sends.map(({ id }) => id),
      answers: Promise.all(sends.map(({ answer }) => answer)),
      sent: sends.map(({ sent }) => sent),
      method: 'call' in step ? step.call : undefined,
    };
  }

  #await(name: string, outcome: Outcome): Promise<void> {
    return this.#settle(this.#named(name), outcome);
  }

  async #settle({ answers, sent, method }: Background, outcome: Outcome): Promise<void> {
    const all = await inTime('the answer', answers, 2 * patienceMs);
    all.forEach((answer, i) => {
      this.#variables.set('i', String(i));
      this.#check(outcome, answer, sent[i], method);
    });
  }

  #check(outcome: Outcome, answer: Answer, sent: unknown, method: string | undefined): void {
    const { gives, echoes, fails, saves } = outcome;
    if (fails !== undefined) {
      this.#checkFailure(fails, answer);
      return;
    }
    if ('error' in answer) {
      const { code, message } = answer.error;
      throw new Error(`it failed with ${codeName(Number(code))}: ${message}`);
    }
    const { result } = answer;
    const response = contract?.methods.find(({ name }) => name === method)?.response;
    const value = response === undefined ? result.value : canonical(response, result.value);
    const given = method === undefined && 'payload' in result ? result.payload : (value ?? result);
    if (gives !== undefined) fail(differences(fill(gives, this.#variables), given));
    if (echoes) fail(differences(this.#echoOf(sent, method), given));
    for (const [name, path] of Object.entries(saves ?? {}))
      this.#variables.set(name, (given as Record<string, unknown>)[path]);
  }

  #checkFailure(expected: ExpectedError, answer: Answer): void {
    if ('result' in answer) throw new Error(`it succeeded with ${show(answer.result)}`);
    const { code, says = [], ...rest } = fill(expected, this.#variables) as ExpectedError;
    const { error } = answer;
    const wanted = typeof code === 'object' ? code : codeOf(code);
    const wrong = [
      ...differences(wanted, error.code, `the code, ${codeName(Number(error.code))},`),
      ...says.flatMap((pattern) => differences({ $matches: pattern }, error.message, 'the message')),
      ...differences(rest, error),
    ];
    if (wrong.length > 0) fail([...wrong, `the error: ${show(error)}`]);
  }

  /** The answer that is the same as the request, in the response's table. */
  #echoOf(sent: unknown, method: string | undefined): unknown {
    const response = contract?.methods.find(({ name }) => name === method)?.response;
    if (response === undefined) return reportBytes(parseBytes(sent as BytesNotation));
    return { $exactly: deepExactly(withDefaults(response, sent as Record<string, unknown>)) };
  }

  async #cancel(name: string): Promise<void> {
    for (const id of this.#named(name).ids) await this.#session.command({ do: 'cancel', call: id });
  }

  async #event(pattern: unknown): Promise<void> {
    const wanted = fill(pattern, this.#variables);
    const found = await eventually(() => this.#find(wanted));
    if (found === undefined) {
      const came = this.#session.events().slice(this.#firstEvent).slice(-20);
      throw new Error(`no event ${show(wanted)} came; there were\n${came.map(show).join('\n')}`);
    }
  }

  #noEvent(pattern: unknown): Promise<void> {
    const found = this.#find(fill(pattern, this.#variables));
    return found === undefined ? Promise.resolve() : Promise.reject(new Error(`there was ${show(found)}`));
  }

  #find(wanted: unknown): unknown {
    const events = this.#session.events().slice(this.#firstEvent);
    return events.find((event) => differences(wanted, event).length === 0);
  }

  async #status(pattern: unknown): Promise<void> {
    const wanted = fill(pattern, this.#variables);
    let wrong: string[] = [];
    await eventually(async () => {
      const answer = await this.#session.command({ do: 'status' });
      if ('error' in answer) throw new Error(`status failed: ${answer.error.message}`);
      wrong = differences(wanted, (answer.result.plugins as unknown[])[0]);
      return wrong.length === 0 ? true : undefined;
    });
    fail(wrong);
  }

  async #processGone(name: string): Promise<void> {
    const pid = Number(fill(name, this.#variables));
    const isGone = await eventually(async () => ((await this.#session.isGone(pid)) ? true : undefined));
    if (isGone === undefined) throw new Error(`process ${pid} is still there`);
  }

  #named(name: string): Background {
    const found = this.#background.get(name);
    if (found === undefined) throw new Error(`no step is called ${name}`);
    return found;
  }
}

function deepExactly(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => exactly(item));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, exactly(item)]));
}

function exactly(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Array.isArray(value) ? deepExactly(value) : { $exactly: deepExactly(value) };
}

function fail(wrong: readonly string[]): void {
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
}
