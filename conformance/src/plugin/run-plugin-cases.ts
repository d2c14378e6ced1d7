import { inTurns } from '../matrix/in-turns.ts';
import type { Verdict } from '../matrix/verdict.ts';
import type { PluginCase, PluginSuite } from '../suite/suite.ts';
import { Trace } from '../wire/trace.ts';
import { LaunchedPlugin } from './launched-plugin.ts';
import { PluginSteps } from './plugin-steps.ts';

/** Processes of their own at once. */
const casesAtOnce = 4;

export interface PluginRun {
  readonly command: readonly string[] | string;
  readonly transport: 'unix' | 'tcp';
  readonly contractHash: string;
  readonly suites: readonly PluginSuite[];
  readonly isWanted: (name: string) => boolean;
  /** What verdicts call it. */
  readonly cell: string;
  readonly onVerdict: (verdict: Verdict) => void;
}

/** Runs all cases against one plugin. Those that leave it running share a process. */
export async function runPluginCases(run: PluginRun): Promise<void> {
  const shared = new Map<string, Promise<LaunchedPlugin>>();
  const cases = run.suites
    .flatMap(({ suite, cases: all }) => all.map((one) => ({ name: `${suite}/${one.name}`, one })))
    .filter(({ name }) => run.isWanted(name));
  try {
    await inTurns(cases, casesAtOnce, async ({ name, one }) => {
      const startedMs = performance.now();
      const trace = new Trace();
      const failure = await runCase(one, run, shared, trace);
      const ms = performance.now() - startedMs;
      run.onVerdict({
        cell: run.cell,
        name,
        rules: one.rules,
        failure,
        ms,
        trace: trace.text,
      });
    });
  } finally {
    for (const plugin of await Promise.allSettled(shared.values()))
      if (plugin.status === 'fulfilled') plugin.value.dispose();
  }
}

async function runCase(
  one: PluginCase,
  run: PluginRun,
  shared: Map<string, Promise<LaunchedPlugin>>,
  trace: Trace,
): Promise<string | undefined> {
  const launch = () =>
    LaunchedPlugin.launch({
      command: run.command,
      transport: run.transport,
      hasToken: one.token ?? true,
      env: one.env,
      address: one.address,
    });
  const isOwn = one.own === true || one.env !== undefined || one.address !== undefined;
  const key = String(one.token ?? true);
  let plugin: LaunchedPlugin | undefined;
  let steps: PluginSteps | undefined;
  try {
    if (isOwn) plugin = await launch();
    else plugin = await sharedPlugin(key, shared, launch);
    if (one.unready !== true) {
      const why = await plugin.ready();
      if (why !== undefined) return why;
    }
    steps = new PluginSteps(plugin, run.contractHash, trace);
    for (const step of one.steps) await steps.run(step);
    if (!isOwn && plugin.ending !== undefined) return `its process ended: ${plugin.output.stderr}`;
    return undefined;
  } catch (error) {
    return (error as Error).message;
  } finally {
    steps?.close();
    if (isOwn) plugin?.dispose();
  }
}

/** A plugin that a case has brought down must not fail those after it. */
async function sharedPlugin(
  key: string,
  shared: Map<string, Promise<LaunchedPlugin>>,
  launch: () => Promise<LaunchedPlugin>,
): Promise<LaunchedPlugin> {
  const found = shared.get(key) ?? launch();
  shared.set(key, found);
  const plugin = await found;
  if (plugin.ending === undefined) return plugin;
  plugin.dispose();
  if (shared.get(key) === found) shared.delete(key);
  return sharedPlugin(key, shared, launch);
}
