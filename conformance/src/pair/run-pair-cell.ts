import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transports as allTransports, type Cell, cellName } from '../matrix/cell.ts';
import { inTurns } from '../matrix/in-turns.ts';
import type { Verdict } from '../matrix/verdict.ts';
import type { PairCase, PairSuite } from '../suite/suite.ts';
import { HostProcess } from './host-process.ts';
import { StepRunner } from './run-steps.ts';
import { rawContract, Session, type SessionKind, type Surroundings } from './session.ts';

/** Cases at once in one field. Most of their time they wait. */
const casesAtOnce = 8;
/** A container takes more to start. */
const containersAtOnce = 4;

const secret = '5ec2e7'.padEnd(64, '0');
const otherSecret = '07be12'.padEnd(64, '0');

export interface PairRun {
  readonly suites: readonly PairSuite[];
  readonly isWanted: (name: string) => boolean;
  readonly isTraced: boolean;
  readonly contractHash: string;
  readonly onVerdict: (verdict: Verdict) => void;
}

/** The cases of a suite that concern a field of the matrix. */
export function casesOf(cell: Cell, { cases }: PairSuite): PairCase[] {
  const has = (features: readonly string[], needs: readonly string[] = []) =>
    needs.every((need) => features.includes(need));
  return cases.filter(
    ({ versions = [1, 2], transports = allTransports, needs, serve }) =>
      versions.includes(cell.version) &&
      transports.includes(cell.transport) &&
      has(cell.host.host.features, needs?.host) &&
      has(cell.plugin.plugin.features, needs?.plugin) &&
      (serve !== 'builders' || cell.plugin.plugin.features.includes('builders')),
  );
}

/** Runs all cases of one field: one host process, and sessions within it. */
export async function runPairCell(cell: Cell, run: PairRun): Promise<void> {
  const wanted = run.suites.flatMap((suite) =>
    casesOf(cell, suite)
      .map((one) => ({ name: `${suite.suite}/${one.name}`, one }))
      .filter(({ name }) => run.isWanted(name)),
  );
  if (wanted.length === 0) return;
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  const env = { ...process.env, CONFORMANCE_SECRET: secret, CONFORMANCE_OTHER_SECRET: otherSecret };
  const around: Surroundings = {
    cell,
    host: new HostProcess(cell.host.host, env),
    hostEnv: env,
    folder,
    secret,
    isTraced: run.isTraced,
    variables: new Map<string, unknown>([
      ['contract', run.contractHash],
      ['raw_contract', rawContract],
      ['zeros', `sha256:${'0'.repeat(64)}`],
    ]),
  };
  const shared = new SharedSessions(around);
  try {
    const atOnce = cell.transport === 'docker' ? containersAtOnce : casesAtOnce;
    await inTurns(wanted, atOnce, async ({ name, one }) => {
      const startedMs = performance.now();
      const failed = await runCase(name, one, around, shared);
      const ms = performance.now() - startedMs;
      run.onVerdict({ cell: cellName(cell), name, rules: one.rules, ms, ...failed });
    });
    for (const [name, end] of [
      ['the manager stops', () => shared.close()],
      ['the host ends', () => around.host.close()],
    ] as const) {
      const startedMs = performance.now();
      const failure = await end().then(
        () => undefined,
        (error: Error) => error.message,
      );
      const ms = performance.now() - startedMs;
      run.onVerdict({ cell: cellName(cell), name: `end/${name}`, rules: ['S13'], failure, ms });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runCase(
  name: string,
  one: PairCase,
  around: Surroundings,
  shared: SharedSessions,
): Promise<{ failure: string | undefined; trace?: string }> {
  // What went over a connection that others use as well would not be this case's.
  const isOwn =
    one.own ||
    one.own_host ||
    one.unstarted ||
    one.env !== undefined ||
    one.config !== undefined ||
    one.secrets !== undefined ||
    around.isTraced;
  const host = one.own_host ? new HostProcess(around.cell.host.host, around.hostEnv) : around.host;
  let session: Session | undefined;
  const heard = () => (around.isTraced && session !== undefined ? { trace: session.trace } : {});
  let at = 'the start';
  try {
    if (isOwn) {
      const kind: SessionKind = one;
      const label = `case-${name.replaceAll(/[^a-z0-9]+/gi, '-')}`;
      session = await Session.open(label, kind, { ...around, host });
      if (!one.unstarted) await start(session);
    } else session = await shared.get(one);
    const runner = new StepRunner(session, new Map([...around.variables, ['plugin', session.plugin]]));
    for (const [index, step] of one.steps.entries()) {
      at = `step ${index + 1}, ${JSON.stringify(step).slice(0, 160)}`;
      await runner.run(step);
    }
    at = 'the end';
    if (isOwn) await session.close();
    return { failure: undefined, ...heard() };
  } catch (error) {
    const failure = `${at}\n${(error as Error).message}`;
    if (isOwn) await session?.close().catch(() => {});
    return { failure, ...heard() };
  } finally {
    if (one.own_host) await host.kill();
  }
}

async function start(session: Session): Promise<void> {
  const started = await session.command({ do: 'start' });
  if ('error' in started) throw new Error(`it did not start: ${started.error.message}`);
}

/** Managers that many cases use, one for each way of serving. */
class SharedSessions {
  readonly #around: Surroundings;
  readonly #sessions = new Map<string, Promise<Session>>();

  constructor(around: Surroundings) {
    this.#around = around;
  }

  get({ serve = 'typed' }: PairCase): Promise<Session> {
    const open = async () => {
      const session = await Session.open(`shared-${serve}`, { serve }, this.#around);
      await start(session);
      return session;
    };
    const found = this.#sessions.get(serve) ?? open();
    this.#sessions.set(serve, found);
    return found;
  }

  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#sessions.values());
    await Promise.all(opened.map((one) => (one.status === 'fulfilled' ? one.value.close() : undefined)));
  }
}
