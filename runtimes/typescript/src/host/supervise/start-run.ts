import { setTimeout as delay } from 'node:timers/promises';

import { ErrorCode, HandshakeError, PluginartError, TransportError } from '../../errors/index.ts';
import type { HostSession } from '../../session/host-session.ts';
import type { Link } from '../../session/link.ts';
import { openHostSession } from '../../session/open-host-session.ts';
import type { UnsentCall } from '../../session/unsent-call.ts';
import { describeAddress, type Instance, type Launcher, type OnLine } from '../launch/instance.ts';
import { startupFailure } from '../launch/startup-failure.ts';
import {
  dialPlugin,
  dialReadyPlugin,
  nobodyListens,
  READY_PATIENCE_MS,
  RETRY_MS,
  systemCode,
} from './dial-plugin.ts';
import type { PluginSpec } from './plugin-spec.ts';
import { Run } from './run.ts';

/** For a plugin that did not get as far as its first call. */
const UNREADY_STOP_MS = 1_000;
/** A process that ends during the handshake is seen to have ended within this time. */
const EXIT_NOTICE_MS = 250;

const NO_DOWNGRADE =
  '. It spoke version 2 before, and that is not taken back: if it was replaced by an older one on purpose, restart the host';

export interface StartPlan {
  readonly spec: PluginSpec;
  readonly launcher: Launcher;
  /** Still running from before: it is only connected to. */
  readonly instance: Instance | undefined;
  readonly minProtocol: 1 | 2;
  readonly signal: AbortSignal;
  readonly onLine: OnLine;
  onStuck(openCalls: number): void;
  /** Takes the calls that this run leaves unsent. */
  resend(call: UnsentCall, run: Run): Promise<unknown>;
}

/**
 * Starts a plugin, connects and shakes hands, all within its `startup_timeout`.
 * @throws PluginartError saying what a person needs; nothing of the plugin is left running then
 */
export async function startRun(plan: StartPlan): Promise<Run> {
  const { spec, launcher, signal, onLine } = plan;
  const deadlineMs = performance.now() + spec.startupTimeoutMs;
  const instance =
    plan.instance ?? (await launcher.launch({ signal, timeoutMs: spec.startupTimeoutMs, onLine }));
  const patienceMs = performance.now() + READY_PATIENCE_MS;
  for (;;) {
    const run = new Run(spec.name, instance);
    try {
      const link = await connect(plan, instance, deadlineMs);
      run.connected(await shakeHands(plan, run, link, deadlineMs));
      return run;
    } catch (error) {
      if (mayListenSoon(instance, error) && performance.now() < patienceMs && !signal.aborted) {
        await delay(RETRY_MS);
        continue;
      }
      const failure = await explainFailure(plan, instance, error);
      await instance.stop(UNREADY_STOP_MS);
      throw failure;
    }
  }
}

/** What is told by a refused connection elsewhere shows behind a proxy as one that is closed at once. */
function mayListenSoon(instance: Instance, error: unknown): boolean {
  return (
    instance.behindProxy === true &&
    error instanceof TransportError &&
    systemCode(error) === undefined &&
    instance.process?.hasExited !== true
  );
}

function connect({ spec, signal }: StartPlan, instance: Instance, deadlineMs: number): Promise<Link> {
  if (spec.launch.type === 'remote') {
    return dialPlugin(instance.address, { timeoutMs: spec.launch.dialTimeoutMs, signal });
  }
  return dialReadyPlugin(instance.address, { timeoutMs: remaining(deadlineMs), signal });
}

function shakeHands(plan: StartPlan, run: Run, link: Link, deadlineMs: number): Promise<HostSession> {
  const { spec, minProtocol, signal, onStuck } = plan;
  return openHostSession(link, {
    pluginName: spec.name,
    contractHash: spec.contractHash,
    token: run.instance.token,
    // Only version 2 can prove that it knows a configured secret (PROTOCOL.md, V2-T6).
    minProtocol: spec.launch.type === 'remote' && spec.launch.token !== undefined ? 2 : minProtocol,
    maxMessageBytes: spec.maxMessageBytes,
    callTimeoutMs: spec.callTimeoutMs,
    handshakeTimeoutMs: spec.launch.type === 'remote' ? spec.startupTimeoutMs : remaining(deadlineMs),
    signal,
    onLost: (loss) => run.onLost(loss),
    explainLoss: (loss) => run.explain(loss),
    onStuck,
    resend: (call) => plan.resend(call, run),
    onGoaway: (reason) => run.onGoaway(reason),
  });
}

async function explainFailure(plan: StartPlan, instance: Instance, error: unknown): Promise<PluginartError> {
  const { name } = plan.spec;
  const { process } = instance;
  if (process === undefined) return nameRemote(name, error);
  if (await process.endsSoon(EXIT_NOTICE_MS)) {
    const { how, evidence } = await process.ended;
    return startupFailure(name, `printed READY, but then ${how}`, evidence, error);
  }
  const evidence = process.evidence();
  const hint = instance.hintOfUnreachable?.(systemCode(error)) ?? '';
  if (nobodyListens(error)) {
    const where = describeAddress(instance.address);
    const what = `printed READY, but nobody listens at ${where}: it has to print READY only once it listens there${hint}`;
    return startupFailure(name, what, evidence, error);
  }
  if (error instanceof HandshakeError) {
    const isDowngrade =
      plan.minProtocol > plan.spec.minProtocol && error.code === ErrorCode.PROTOCOL_VIOLATION;
    return new HandshakeError(error.code, isDowngrade ? error.message + NO_DOWNGRADE : error.message, {
      cause: error,
      origin: error.origin,
      plugin: name,
      evidence,
    });
  }
  return startupFailure(
    name,
    `printed READY, but the handshake failed: ${messageOf(error)}${hint}`,
    evidence,
    error,
  );
}

function nameRemote(name: string, error: unknown): PluginartError {
  if (error instanceof TransportError) {
    const fields = { cause: error, plugin: name, retrySafe: error.retrySafe };
    return new TransportError(error.code, `plugin "${name}": ${error.message}`, fields);
  }
  if (error instanceof PluginartError) return error;
  return startupFailure(name, `could not be connected to: ${messageOf(error)}`, undefined, error);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function remaining(deadlineMs: number): number {
  return Math.max(deadlineMs - performance.now(), 1);
}
