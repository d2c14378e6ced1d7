import { EventEmitter } from 'node:events';

import { ConfigError, ErrorCode, PluginartError, StartupError } from '../../errors/index.ts';
import type { Caller, CallOptions } from '../../session/caller.ts';
import type { HostSession } from '../../session/host-session.ts';
import type { Method } from '../../session/method.ts';
import { createLauncher } from '../launch/create-launcher.ts';
import { HostHome } from '../launch/host-home.ts';
import type { PluginSpec } from '../supervise/plugin-spec.ts';
import type { PluginStatus } from '../supervise/plugin-status.ts';
import { Supervisor } from '../supervise/supervisor.ts';
import { hostRecord, type LogRecord } from './log-record.ts';
import type { PluginManagerEvents } from './manager-events.ts';
import { PluginReporter } from './plugin-reporter.ts';
import { logToStderr } from './stderr-logger.ts';

export interface PluginManagerOptions {
  /**
   * Gets every line that plugins print and what pluginart says about them. `false`: nobody but the listeners of
   * the `log` event. Default: the host's stderr, as long as nobody listens to the `log` event.
   */
  readonly logger?: ((record: LogRecord) => void) | false | undefined;
}

type Phase =
  | { readonly name: 'idle' }
  | { readonly name: 'starting'; readonly done: Promise<void> }
  | { readonly name: 'running' }
  | { readonly name: 'stopping'; readonly done: Promise<void> };

/**
 * Starts the plugins of a `pluginart.toml`, keeps them running and carries the calls.
 *
 * A started manager keeps the process alive, as a listening server does, until `shutdown()`; `await using`
 * sees to that. However the host ends, its plugins end with it.
 */
export class PluginManager extends EventEmitter<PluginManagerEvents> implements Caller {
  readonly #plugins = new Map<string, Supervisor>();
  readonly #home = new HostHome();
  #phase: Phase = { name: 'idle' };

  /**
   * Reads and checks a config file; starts nothing yet.
   * @param path of the config file, relative to the working directory. Default `pluginart.toml`
   * @throws ConfigError naming everything that is wrong, each with file and line
   */
  static async fromConfig(
    path = 'pluginart.toml',
    options: PluginManagerOptions = {},
  ): Promise<PluginManager> {
    // Loaded here, so that plugins, and hosts without a config file, do not pay for it.
    const { formatProblem, loadConfig } = await import('./config/index.ts');
    const { plugins, warnings } = await loadConfig(path);
    const log = options.logger ?? logToStderr;
    for (const warning of warnings) {
      if (log !== false) log(hostRecord(warning.plugin ?? 'pluginart', 'warn', formatProblem(warning)));
    }
    return new PluginManager(plugins, options);
  }

  /** For hosts that keep their plugins' configuration elsewhere than in a file. @throws ConfigError */
  constructor(plugins: readonly PluginSpec[], options: PluginManagerOptions = {}) {
    super();
    const spokeVersion2 = new Set<string>();
    for (const spec of plugins) {
      if (this.#plugins.has(spec.name)) throw new ConfigError(`two plugins are named "${spec.name}"`);
      const launcher = createLauncher(spec.name, spec.launch, this.#home);
      const reporter = new PluginReporter(this, spec, options.logger);
      this.#plugins.set(spec.name, new Supervisor(spec, launcher, spokeVersion2, reporter));
    }
  }

  /**
   * Starts all plugins at once and resolves when they are ready; one that is `optional` may fail, and is tried again
   * as after a crash. Where another fails, everything that started is stopped. Called twice it starts nothing twice.
   * @throws PluginartError the failure; where there are several, a StartupError that lists them, with an
   *   AggregateError as its cause
   */
  start(): Promise<void> {
    const phase = this.#phase;
    switch (phase.name) {
      case 'running':
        return Promise.resolve();
      case 'starting':
        return phase.done;
      case 'stopping':
        return Promise.reject(
          new PluginartError(ErrorCode.UNAVAILABLE, 'the plugin manager is shutting down'),
        );
      case 'idle': {
        const done = this.#startAll();
        this.#phase = { name: 'starting', done };
        return done;
      }
    }
  }

  /**
   * Calls a method with plain values; what generated clients go through.
   * @throws PluginartError ConfigError where there is no such plugin; otherwise as `CallOptions` and the plugin say
   */
  invoke<Request, Response>(
    plugin: string,
    method: Method<Request, Response>,
    request: Request,
    options?: CallOptions,
  ): Promise<Response> {
    const session = this.#plugins.get(plugin)?.session;
    if (session !== undefined) return session.invoke(method, request, options);
    return this.#afterStart(plugin, options, (ready, left) => ready.invoke(method, request, left));
  }

  /**
   * Calls with an encoded `CallRequest`, which is not copied and must not change any more, not even where the call
   * is given up on.
   * @returns the encoded `CallResponse`, 8-byte aligned and the caller's own
   * @throws PluginartError as `invoke`
   */
  call(plugin: string, payload: Uint8Array, options?: CallOptions): Promise<Buffer> {
    const session = this.#plugins.get(plugin)?.session;
    if (session !== undefined) return session.call(payload, options);
    return this.#afterStart(plugin, options, (ready, left) => ready.call(payload, left));
  }

  /** How the plugins are, in the order of the config file. */
  status(): PluginStatus[] {
    return [...this.#plugins.values()].map((supervisor) => supervisor.status());
  }

  /**
   * Stops one plugin gracefully and starts it anew; also revives one that was given up.
   * @throws PluginartError why it did not get ready; it is then tried again as after a crash
   */
  async restart(plugin: string): Promise<void> {
    if (this.#phase.name !== 'running') {
      throw new PluginartError(
        ErrorCode.UNAVAILABLE,
        `cannot restart plugin "${plugin}": the manager is not running`,
      );
    }
    await this.#find(plugin).restart();
  }

  /**
   * Takes no new calls, lets the open ones finish within each plugin's `shutdown_timeout`, and stops the plugins.
   * When it resolves nothing is left: no process, no socket, no timer. Never rejects; may be called at any time.
   */
  shutdown(): Promise<void> {
    const phase = this.#phase;
    if (phase.name === 'idle') return Promise.resolve();
    if (phase.name === 'stopping') return phase.done;
    return this.#stop(phase.name === 'starting' ? phase.done.catch(() => {}) : undefined);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }

  async #startAll(): Promise<void> {
    const supervisors = [...this.#plugins.values()];
    const results = await Promise.allSettled(
      supervisors.map((supervisor) => supervisor.start(supervisor.spec.optional ? 'retry' : 'fail')),
    );
    const errors = results.flatMap((result, index) =>
      result.status === 'rejected' && !supervisors[index]!.spec.optional
        ? [result.reason as PluginartError]
        : [],
    );
    if (this.#phase.name === 'stopping') {
      throw new PluginartError(ErrorCode.UNAVAILABLE, 'the plugin manager was shut down while it started');
    }
    if (errors.length > 0) {
      await this.#stop(undefined);
      throw errors.length === 1 ? errors[0] : severalFailures(errors, supervisors.length);
    }
    this.#phase = { name: 'running' };
  }

  /** @param start one that is still under way: it has to have come to its end as well */
  #stop(start: Promise<void> | undefined): Promise<void> {
    const done = Promise.all([this.#stopAll(), start]).then(() => {
      this.#phase = { name: 'idle' };
    });
    this.#phase = { name: 'stopping', done };
    return done;
  }

  async #stopAll(): Promise<void> {
    await Promise.all([...this.#plugins.values()].map((supervisor) => supervisor.stop()));
    await this.#home.close();
  }

  async #afterStart<Result>(
    plugin: string,
    options: CallOptions | undefined,
    go: (calls: HostSession, options: CallOptions) => Promise<Result>,
  ): Promise<Result> {
    const supervisor = this.#find(plugin);
    const timeoutMs = options?.timeoutMs ?? supervisor.spec.callTimeoutMs;
    const startedMs = performance.now();
    const session = await supervisor.waitForSession(timeoutMs, options?.signal);
    const left = timeoutMs === 0 ? 0 : Math.max(timeoutMs - (performance.now() - startedMs), 1);
    return go(session, { ...options, timeoutMs: left });
  }

  #find(plugin: string): Supervisor {
    const supervisor = this.#plugins.get(plugin);
    if (supervisor !== undefined) return supervisor;
    const names = [...this.#plugins.keys()].map((name) => `"${name}"`).join(', ');
    throw new ConfigError(
      `no plugin is named "${plugin}"; the configuration has ${names === '' ? 'none' : names}`,
    );
  }
}

function severalFailures(errors: readonly PluginartError[], total: number): StartupError {
  const list = errors.map(({ message }) => `- ${message.replaceAll('\n', '\n  ')}`).join('\n');
  return new StartupError(`${errors.length} of ${total} plugins did not start:\n${list}`, {
    cause: new AggregateError(errors),
  });
}
