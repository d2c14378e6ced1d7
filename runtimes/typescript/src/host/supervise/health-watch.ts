import type { HostSession } from '../../session/host-session.ts';

export interface HealthLimits {
  /** Milliseconds between pings. */
  readonly intervalMs: number;
  /** Silence for this long with calls open is the end. */
  readonly unresponsiveTimeoutMs: number;
}

export interface HealthListener {
  /** Silent with calls open, which may be honest work: told once each time. */
  onUnresponsive(silentMs: number, openCalls: number): void;
  /** Not to be waited for any longer; `why` continues a sentence that names the plugin. */
  onDead(why: string): void;
}

/** So many pings without any sign of life are silence. */
const MISSED_PINGS = 2;

/**
 * Pings a session and judges its silence. Any byte is a sign of life. Without open calls silence is ill health;
 * with open calls a runtime may be kept from answering by the work itself, so it gets `unresponsiveTimeoutMs`; and a
 * version 1 plugin answers nothing at all while it works, so with calls open it is not judged.
 */
export class HealthWatch {
  readonly #session: HostSession;
  readonly #limits: HealthLimits;
  readonly #listener: HealthListener;
  readonly #timer: NodeJS.Timeout;
  #pingSentMs: number | undefined;
  #announced = false;
  #stopped = false;

  constructor(session: HostSession, limits: HealthLimits, listener: HealthListener) {
    this.#session = session;
    this.#limits = limits;
    this.#listener = listener;
    this.#timer = setInterval(() => this.#tick(), limits.intervalMs);
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
  }

  #tick(): void {
    if (this.#pingSentMs === undefined) this.#ping();
    // Where this host itself was busy, the answer may be in the socket: it is read before the verdict.
    else setImmediate(() => this.#judge());
  }

  #ping(): void {
    this.#pingSentMs = performance.now();
    this.#session.ping().then(
      () => {
        this.#pingSentMs = undefined;
        this.#announced = false;
      },
      // The session has ended; its owner hears of that from the session.
      () => this.stop(),
    );
  }

  #judge(): void {
    if (this.#stopped || this.#pingSentMs === undefined) return;
    const { intervalMs, unresponsiveTimeoutMs } = this.#limits;
    const { openCalls, protocol, lastHeardMs } = this.#session;
    const silentMs = performance.now() - Math.max(this.#pingSentMs, lastHeardMs);
    const missed = Math.round(silentMs / intervalMs);
    if (missed < MISSED_PINGS) {
      this.#announced = false;
    } else if (openCalls === 0) {
      this.#listener.onDead(`did not answer ${missed} pings in ${Math.round(silentMs)} ms`);
    } else if (protocol === 2) {
      if (!this.#announced) {
        this.#announced = true;
        this.#listener.onUnresponsive(silentMs, openCalls);
      }
      if (!this.#stopped && silentMs >= unresponsiveTimeoutMs) {
        const seconds = Math.round(silentMs / 1_000);
        this.#listener.onDead(
          `gave no sign of life for ${seconds} s with calls open (unresponsive_timeout): ${openCalls}`,
        );
      }
    }
  }
}
