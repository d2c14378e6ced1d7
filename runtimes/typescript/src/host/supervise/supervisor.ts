import { ErrorCode, PluginartError, TransportError } from '../../errors/index.ts';
import type { HostSession } from '../../session/host-session.ts';
import type { UnsentCall } from '../../session/unsent-call.ts';
import { describeAddress, type Instance, type Launcher } from '../launch/instance.ts';
import { HealthWatch } from './health-watch.ts';
import type { PluginSpec } from './plugin-spec.ts';
import { type PluginState, TRANSITIONS } from './plugin-state.ts';
import type { PluginStatus } from './plugin-status.ts';
import { RestartBudget } from './restart-budget.ts';
import type { Run } from './run.ts';
import { startRun } from './start-run.ts';
import type { SupervisorEvents } from './supervisor-events.ts';
import { WaitingCalls } from './waiting-calls.ts';
import { type Aftermath, type Parting, windDown } from './wind-down.ts';

/** Keeps one plugin running. See `PluginState` for its life. */
export class Supervisor {
  readonly spec: PluginSpec;
  /** What calls go through; undefined unless ready. */
  session: HostSession | undefined;
  readonly #launcher: Launcher;
  readonly #spokeVersion2: Set<string>;
  readonly #events: SupervisorEvents;
  readonly #budget: RestartBudget;
  readonly #waiting: WaitingCalls;
  #state: PluginState = { name: 'stopped', why: 'has not been started: call start() first' };
  #starts = 0;
  #lastError: PluginartError | undefined;

  /** @param spokeVersion2 commands that once did: they are not accepted as version 1 any more */
  constructor(spec: PluginSpec, launcher: Launcher, spokeVersion2: Set<string>, events: SupervisorEvents) {
    this.spec = spec;
    this.#launcher = launcher;
    this.#spokeVersion2 = spokeVersion2;
    this.#events = events;
    this.#budget = new RestartBudget({
      maxRestarts: spec.launch.type === 'remote' ? Number.POSITIVE_INFINITY : spec.maxRestarts,
      backoffMaxMs: spec.restartBackoffMaxMs,
      stableAfterMs: spec.stableAfterMs,
    });
    this.#waiting = new WaitingCalls(spec.name, () => this.#describeState());
  }

  /**
   * Resolves when the plugin is ready.
   * @param onFailure of this first start: `retry` goes on as after a crash, `fail` does not
   * @throws PluginartError why it did not get ready
   */
  async start(onFailure: 'retry' | 'fail'): Promise<void> {
    if (this.#state.name === 'ready') return;
    this.#budget.renew();
    const error = await this.#begin(undefined, onFailure);
    if (error !== undefined) throw error;
  }

  /** Stops the plugin, whatever it is doing; resolves when nothing is left of it. Never rejects. */
  async stop(): Promise<void> {
    const state = this.#state;
    switch (state.name) {
      case 'stopped':
        return;
      case 'backoff':
      case 'failed':
        return this.#stopped();
      case 'starting': {
        state.abort.abort(this.#unavailable('was shut down while it started'));
        const done = state.attempt.then(() => this.#stopped());
        this.#setState({ name: 'draining', next: 'stop', done });
        return done;
      }
      case 'ready':
        return this.#leave(state.run, { kind: 'stop' });
      case 'draining':
        this.#setState({ ...state, next: 'stop' });
        return state.done;
    }
  }

  /** Starts it anew with a fresh budget: also where it had been given up. @throws PluginartError as `start` */
  async restart(): Promise<void> {
    if (this.#state.name === 'ready') await this.#leave(this.#state.run, { kind: 'restart' });
    while (this.#state.name === 'draining') await this.#state.done;
    // Somebody stopped it meanwhile, and that is the last word.
    if (this.#state.name === 'stopped') throw this.#refusal();
    this.#budget.renew();
    const error = await this.#begin(undefined, 'retry');
    if (error !== undefined) throw error;
  }

  /**
   * Waits until the plugin is ready.
   * @param timeoutMs 0 = as long as it takes
   * @param left a session that takes no more calls, though the plugin may still count as ready by it
   * @throws PluginartError UNAVAILABLE where it will not get ready, DEADLINE_EXCEEDED, CANCELLED, RESOURCE_EXHAUSTED
   */
  async waitForSession(
    timeoutMs: number,
    signal: AbortSignal | undefined,
    left?: HostSession,
  ): Promise<HostSession> {
    if (this.session !== undefined && this.session !== left) return this.session;
    const refusal = this.#refusal();
    if (refusal !== undefined) throw refusal;
    return this.#waiting.wait(timeoutMs, signal);
  }

  status(): PluginStatus {
    const run = this.#state.name === 'ready' ? this.#state.run : undefined;
    return {
      name: this.spec.name,
      state: this.#state.name,
      pid: run?.instance.process?.pid,
      address: run === undefined ? undefined : describeAddress(run.instance.address),
      protocol: run?.session.protocol,
      runtime: run?.session.peerRuntime,
      openCalls: run?.session.openCalls ?? 0,
      waitingCalls: this.#waiting.count,
      restarts: Math.max(this.#starts - 1, 0),
      failures: this.#budget.failures,
      error: this.#lastError,
    };
  }

  /** The one place where the state changes, and where calls that wait are released or refused. */
  #setState(next: PluginState, error?: PluginartError): void {
    const previous = this.#state;
    if (!TRANSITIONS[previous.name].includes(next.name)) {
      throw new PluginartError(ErrorCode.INTERNAL, `no way leads from ${previous.name} to ${next.name}`);
    }
    if (previous.name === 'ready') previous.health.stop();
    if (previous.name === 'backoff') clearTimeout(previous.timer);
    if (error !== undefined) this.#lastError = error;
    this.#state = next;
    this.session = next.name === 'ready' ? next.run.session : undefined;
    const refusal = this.#refusal();
    if (this.session !== undefined) this.#waiting.release(this.session);
    else if (refusal !== undefined) this.#waiting.fail(refusal);
    if (previous.name !== next.name) this.#events.onState(previous.name, next.name, error);
  }

  /**
   * A call whose connection ended before a byte of it was written did nothing wrong: it goes over the next one, as if
   * it had come while the plugin was not ready. One that was written never does: it may have run.
   */
  async #resend({ method, request, options, deadlineAt }: UnsentCall, { session }: Run): Promise<unknown> {
    const leftMs = () =>
      deadlineAt === Number.POSITIVE_INFINITY ? 0 : Math.max(deadlineAt - performance.now(), 1);
    const next = await this.waitForSession(leftMs(), options?.signal, session);
    const again = { ...options, timeoutMs: leftMs() };
    if (method === undefined) return next.call(request as Uint8Array, again);
    return next.invoke(method, request, again);
  }

  #begin(instance: Instance | undefined, onFailure: 'retry' | 'fail'): Promise<PluginartError | undefined> {
    const state = this.#state;
    if (state.name === 'starting') return state.attempt;
    const abort = new AbortController();
    // In a later turn: the attempt finds the state set that it belongs to.
    const attempt = Promise.resolve().then(() => this.#attempt(abort.signal, instance, onFailure));
    this.#setState({ name: 'starting', abort, attempt });
    return attempt;
  }

  async #attempt(
    signal: AbortSignal,
    instance: Instance | undefined,
    onFailure: 'retry' | 'fail',
  ): Promise<PluginartError | undefined> {
    const { command } = this.#launcher;
    if (instance === undefined) this.#starts++;
    try {
      const downgrade = command !== undefined && this.#spokeVersion2.has(command);
      const run = await startRun({
        spec: this.spec,
        launcher: this.#launcher,
        instance,
        minProtocol: downgrade ? 2 : this.spec.minProtocol,
        signal,
        onLine: this.#events.onLine,
        onStuck: this.#events.onStuck,
        resend: (call, left) => this.#resend(call, left),
      });
      if (signal.aborted) {
        run.session.close(signal.reason);
        await run.instance.stop(this.spec.shutdownTimeoutMs);
        return signal.reason;
      }
      if (command !== undefined && run.session.protocol === 2) this.#spokeVersion2.add(command);
      this.#ready(run);
      return undefined;
    } catch (cause) {
      if (signal.aborted) return signal.reason;
      const error = asPluginartError(cause);
      if (onFailure === 'fail') this.#setState({ name: 'failed', error }, error);
      else this.#failed(error);
      return error;
    }
  }

  #ready(run: Run): void {
    const { healthIntervalMs, unresponsiveTimeoutMs } = this.spec;
    const limits = { intervalMs: healthIntervalMs, unresponsiveTimeoutMs };
    const health = new HealthWatch(run.session, limits, {
      onUnresponsive: this.#events.onUnresponsive,
      onDead: (verdict) => this.#leave(run, { kind: 'condemned', verdict }),
    });
    this.#budget.ready(performance.now());
    this.#setState({ name: 'ready', run, health, sinceMs: performance.now() });
    run.listen({
      onLost: (loss) => this.#leave(run, { kind: 'lost', loss }),
      onGoaway: (reason) => this.#leave(run, { kind: 'goaway', reason }),
    });
    run.instance.process?.exited.then(() => this.#leave(run, { kind: 'exited' }));
  }

  /** Leaves `ready`. Whatever else is noticed of the same run afterwards changes nothing any more. */
  #leave(run: Run, parting: Parting): Promise<void> {
    const state = this.#state;
    if (state.name !== 'ready' || state.run !== run) return Promise.resolve();
    const done = Promise.resolve()
      .then(() => windDown(run, state.sinceMs, parting, this.spec))
      .catch((cause): Aftermath => ({ kind: 'failed', error: asPluginartError(cause) }))
      .then((aftermath) => this.#drained(run, aftermath));
    const error =
      parting.kind === 'lost' ? parting.loss : parting.kind === 'goaway' ? parting.reason : undefined;
    this.#setState({ name: 'draining', next: parting.kind === 'stop' ? 'stop' : 'on', done }, error);
    return done;
  }

  async #drained(run: Run, aftermath: Aftermath): Promise<void> {
    if (this.#isStopping()) {
      if (aftermath.kind === 'alive') await run.instance.stop(this.spec.shutdownTimeoutMs);
      this.#stopped();
    } else if (aftermath.kind === 'failed') this.#failed(aftermath.error);
    else this.#begin(aftermath.kind === 'alive' ? run.instance : undefined, 'retry');
  }

  #failed(error: PluginartError): void {
    const delayMs = this.#budget.failed(performance.now());
    if (delayMs === undefined) {
      this.#setState({ name: 'failed', error }, error);
      return;
    }
    const timer = setTimeout(() => this.#begin(undefined, 'retry'), delayMs);
    this.#setState({ name: 'backoff', error, retryAtMs: performance.now() + delayMs, timer }, error);
    this.#events.onRestart(this.#budget.failures, delayMs, error);
  }

  #stopped(): void {
    this.#setState({ name: 'stopped', why: 'was shut down' });
  }

  #isStopping(): boolean {
    return this.#state.name === 'draining' && this.#state.next === 'stop';
  }

  /** What calls get at once; undefined where they go through or wait. */
  #refusal(): PluginartError | undefined {
    const state = this.#state;
    const refuses =
      state.name === 'stopped' ||
      state.name === 'failed' ||
      (state.name === 'draining' && state.next === 'stop');
    if (!refuses) return undefined;
    return this.#unavailable(this.#describeState(), state.name === 'failed' ? state.error : undefined);
  }

  /** Continues a sentence that names the plugin. */
  #describeState(): string {
    const state = this.#state;
    switch (state.name) {
      case 'stopped':
        return state.why;
      case 'starting':
        return `is starting${this.#lastError === undefined ? '' : ` again, after: ${this.#lastError.message}`}`;
      case 'ready':
        return 'is ready';
      case 'draining':
        return state.next === 'stop' ? 'is shutting down' : 'is about to be started again';
      case 'backoff': {
        const seconds = Math.max((state.retryAtMs - performance.now()) / 1_000, 0).toFixed(1);
        return `will be started again in ${seconds} s, after: ${state.error.message}`;
      }
      case 'failed': {
        const { failures } = this.#budget;
        const times = failures > 1 ? `, ${failures} failures in a row` : '';
        return `is not running${times}: ${state.error.message}`;
      }
    }
  }

  #unavailable(what: string, cause?: PluginartError): TransportError {
    return new TransportError(ErrorCode.UNAVAILABLE, `plugin "${this.spec.name}" ${what}`, {
      plugin: this.spec.name,
      retrySafe: true,
      cause,
      evidence: cause?.evidence,
    });
  }
}

function asPluginartError(cause: unknown): PluginartError {
  if (cause instanceof PluginartError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  return new PluginartError(ErrorCode.INTERNAL, `pluginart failed: ${message}`, { cause });
}
