import type { PluginartError } from '../../errors/index.ts';
import type { HealthWatch } from './health-watch.ts';
import type { Run } from './run.ts';

/**
 * The life of one plugin:
 *
 *     stopped -> starting -> ready -> draining -> stopped | backoff -> starting | failed
 *
 * `draining` is every way out of `ready`: the connection takes no new calls, those that are open come to an
 * end, the process is stopped or its end explained. Calls go through in `ready`, wait in `starting`, `backoff` and
 * a `draining` that leads back to them, and are refused otherwise.
 */
export type PluginState =
  | { readonly name: 'stopped'; readonly why: string }
  | {
      readonly name: 'starting';
      readonly abort: AbortController;
      /** Resolves with what kept it from getting ready. */
      readonly attempt: Promise<PluginartError | undefined>;
    }
  | {
      readonly name: 'ready';
      readonly run: Run;
      readonly health: HealthWatch;
      /** By `performance.now()`. */
      readonly sinceMs: number;
    }
  | {
      readonly name: 'draining';
      /** `on`: it is started again, or given up. */
      readonly next: 'stop' | 'on';
      readonly done: Promise<void>;
    }
  | {
      readonly name: 'backoff';
      readonly error: PluginartError;
      /** By `performance.now()`. */
      readonly retryAtMs: number;
      readonly timer: NodeJS.Timeout;
    }
  | { readonly name: 'failed'; readonly error: PluginartError };

export type StateName = PluginState['name'];

export const TRANSITIONS: Readonly<Record<StateName, readonly StateName[]>> = {
  stopped: ['starting'],
  starting: ['ready', 'draining', 'backoff', 'failed'],
  ready: ['draining'],
  draining: ['draining', 'stopped', 'starting', 'backoff', 'failed'],
  backoff: ['starting', 'stopped'],
  failed: ['starting', 'stopped'],
};
