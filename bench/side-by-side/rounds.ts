import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { median } from '../report/median.ts';
import { type ContestantName, contestants } from './contestant.ts';
import type { Order, Outcome } from './contestant-process.ts';
import { type ScenarioName, scenarios } from './scenario.ts';

export interface RoundsOptions {
  readonly rounds: number;
  /** How long each contestant runs in each scenario of a round, milliseconds. */
  readonly sliceMs: number;
  /** The same before the first round, unrecorded. */
  readonly warmUpMs: number;
  onProgress(what: string): void;
}

/** Calls per second, by scenario and contestant. */
export type Rates = Record<ScenarioName, Record<ContestantName, Rate>>;

export interface Rate {
  readonly median: number;
  readonly rounds: readonly number[];
}

/**
 * Runs all contestants in all scenarios, round after round, so that what else the machine does meets all of
 * them alike.
 */
export async function runRounds(options: RoundsOptions): Promise<Rates> {
  const processes = new Map<ContestantName, ChildProcess>();
  const measured = new Map<string, number[]>();
  try {
    await Promise.all(contestants.map(async ({ name, file }) => processes.set(name, await start(file))));
    for (let round = 0; round <= options.rounds; round++) {
      options.onProgress(round === 0 ? 'warm-up' : `round ${round} of ${options.rounds}`);
      for (const [key, { callers, bytes }] of Object.entries(scenarios)) {
        for (const { name } of turnedBy(round)) {
          const durationMs = round === 0 ? options.warmUpMs : options.sliceMs;
          const { calls, elapsedMs } = await order(processes.get(name)!, { callers, bytes, durationMs });
          if (round > 0) push(measured, `${key} ${name}`, (calls / elapsedMs) * 1_000);
        }
      }
    }
  } finally {
    await Promise.all([...processes.values()].map(close));
  }
  return byScenario((scenario, name) => {
    const rounds = measured.get(`${scenario} ${name}`)!;
    return { median: median(rounds), rounds };
  });
}

/** Each round begins with another contestant: none always comes after the same one. */
function turnedBy(round: number) {
  const first = round % contestants.length;
  return [...contestants.slice(first), ...contestants.slice(0, first)];
}

async function start(file: string): Promise<ChildProcess> {
  const module = new URL(`./contestants/${file}`, import.meta.url).href;
  const child = fork(new URL('./contestant-process.ts', import.meta.url), [module], { execArgv: [] });
  await answer(child);
  return child;
}

async function order(child: ChildProcess, given: Order): Promise<Outcome> {
  child.send(given);
  return (await answer(child)) as Outcome;
}

async function answer(child: ChildProcess): Promise<unknown> {
  const ended = new AbortController();
  const exit = once(child, 'exit', { signal: ended.signal }).then(([code]) => {
    throw new Error(`${child.spawnargs.at(-1)} ended with ${code}`);
  });
  try {
    const [message] = await Promise.race([once(child, 'message', { signal: ended.signal }), exit]);
    return message;
  } finally {
    exit.catch(() => {});
    ended.abort();
  }
}

async function close(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.send('close');
  await exited;
}

function push(map: Map<string, number[]>, key: string, value: number): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}

function byScenario(rate: (scenario: ScenarioName, name: ContestantName) => Rate): Rates {
  return Object.fromEntries(
    Object.keys(scenarios).map((scenario) => [
      scenario,
      Object.fromEntries(contestants.map(({ name }) => [name, rate(scenario as ScenarioName, name)])),
    ]),
  ) as Rates;
}
