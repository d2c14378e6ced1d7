import type { EventEmitter } from 'node:events';

import type { PluginartError } from '../../errors/index.ts';
import type { OutputStream } from '../launch/instance.ts';
import type { PluginSpec } from '../supervise/plugin-spec.ts';
import type { StateName } from '../supervise/plugin-state.ts';
import type { SupervisorEvents } from '../supervise/supervisor-events.ts';
import { hostRecord, type LogLevel, type LogRecord, readLogLine } from './log-record.ts';
import type { PluginManagerEvents } from './manager-events.ts';
import { logToStderr } from './stderr-logger.ts';

/** Tells the world about one plugin: as events of its manager, and as log. */
export class PluginReporter implements SupervisorEvents {
  readonly #emitter: EventEmitter<PluginManagerEvents>;
  readonly #spec: PluginSpec;
  readonly #logger: ((record: LogRecord) => void) | false | undefined;

  constructor(
    emitter: EventEmitter<PluginManagerEvents>,
    spec: PluginSpec,
    logger: ((record: LogRecord) => void) | false | undefined,
  ) {
    this.#emitter = emitter;
    this.#spec = spec;
    this.#logger = logger;
  }

  readonly onState = (from: StateName, to: StateName, error: PluginartError | undefined): void => {
    const plugin = this.#spec.name;
    this.#emit('state', { plugin, from, to, error });
    if (to === 'failed' && error !== undefined) this.#say('error', `given up: ${firstLine(error.message)}`);
  };

  readonly onRestart = (attempt: number, delayMs: number, error: PluginartError): void => {
    this.#emit('restart', { plugin: this.#spec.name, attempt, delayMs, error });
    const of = this.#spec.launch.type === 'remote' ? '' : ` of ${this.#spec.maxRestarts}`;
    this.#say('warn', `${firstLine(error.message)}; starting it again in ${delayMs} ms (${attempt}${of})`);
  };

  readonly onLine = (stream: OutputStream, text: string, whole: boolean): void => {
    this.#log(readLogLine(this.#spec.name, stream, text, whole));
  };

  readonly onUnresponsive = (silentMs: number, openCalls: number): void => {
    this.#emit('unresponsive', { plugin: this.#spec.name, silentMs, openCalls });
    const limit = this.#spec.unresponsiveTimeoutMs;
    this.#say(
      'warn',
      `no sign of life for ${Math.round(silentMs)} ms, calls open: ${openCalls}; it will be restarted after ${limit} ms`,
    );
  };

  readonly onStuck = (openCalls: number): void => {
    this.#emit('stuck', { plugin: this.#spec.name, openCalls });
    this.#say(
      'warn',
      `it can take no more calls: ${openCalls} were given up on and their handlers do not return`,
    );
  };

  #say(level: LogLevel, message: string): void {
    this.#log(hostRecord(this.#spec.name, level, message));
  }

  #log(record: LogRecord): void {
    const logger = this.#logger ?? (this.#emitter.listenerCount('log') === 0 ? logToStderr : false);
    if (logger !== false) this.#protect(() => logger(record));
    this.#emit('log', record);
  }

  #emit<Name extends keyof PluginManagerEvents>(name: Name, ...args: PluginManagerEvents[Name]): void {
    this.#protect(() => (this.#emitter as EventEmitter).emit(name, ...args));
  }

  /** What a listener throws is the host's to see, but must not stop the supervision of its plugins midway. */
  #protect(tell: () => void): void {
    try {
      tell();
    } catch (error) {
      process.nextTick(() => {
        throw error;
      });
    }
  }
}

/** What follows is the tail of its output, which was logged line by line already. */
function firstLine(message: string): string {
  return message.split('\n', 1)[0] as string;
}
