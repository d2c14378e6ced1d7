import { ErrorCode, type PluginartError, TransportError } from '../../errors/index.ts';
import { settlesWithin } from '../../timing/settles-within.ts';
import type { PluginSpec } from './plugin-spec.ts';
import type { Run } from './run.ts';

/** Why a plugin leaves `ready`. */
export type Parting =
  | { readonly kind: 'stop' }
  | { readonly kind: 'restart' }
  | { readonly kind: 'goaway'; readonly reason: PluginartError }
  | { readonly kind: 'lost'; readonly loss: PluginartError }
  | { readonly kind: 'exited' }
  | { readonly kind: 'condemned'; readonly verdict: string };

/** What is left of it, once all that was open has come to an end. */
export type Aftermath =
  | { readonly kind: 'ended' }
  | { readonly kind: 'failed'; readonly error: PluginartError }
  /** The process lives on and is to be connected to again. */
  | { readonly kind: 'alive' };

/** SIGTERM is given at least this long, where the calls took all of `shutdown_timeout`. */
const MIN_STOP_MS = 1_000;
/** A version 1 connection that lasted less is a sign of ill health, and not dialled again at once. */
const MIN_CONNECTION_MS = 1_000;

/** Brings a run to its end: every call that is open settles, and nothing is left of the process unless `alive`. */
export async function windDown(
  run: Run,
  readySinceMs: number,
  parting: Parting,
  spec: PluginSpec,
): Promise<Aftermath> {
  switch (parting.kind) {
    case 'stop':
    case 'restart':
      await finish(run, spec, unavailable(run, parting.kind === 'stop' ? 'was shut down' : 'was restarted'));
      return { kind: 'ended' };
    case 'goaway': {
      const error = unavailable(
        run,
        `said that it takes no more calls: ${parting.reason.message}`,
        parting.reason,
      );
      await finish(run, spec, error, true);
      return { kind: 'failed', error };
    }
    case 'condemned': {
      run.condemn(parting.verdict);
      await run.instance.stop(0);
      const error = await run.explain(undefined);
      run.close(error);
      return { kind: 'failed', error };
    }
    case 'exited': {
      const error = await run.explain(undefined);
      run.close(error);
      await run.instance.stop(0);
      return { kind: 'failed', error };
    }
    case 'lost': {
      const { session, instance } = run;
      const error = await run.explain(parting.loss);
      const lasted = performance.now() - readySinceMs >= MIN_CONNECTION_MS;
      // Version 1 has no other way to give up on a call; in version 2 only a fault breaks a connection.
      if (session.protocol === 1 && lasted && instance.process?.hasExited !== true) return { kind: 'alive' };
      await instance.stop(Math.min(spec.shutdownTimeoutMs, MIN_STOP_MS));
      return { kind: 'failed', error };
    }
  }
}

/**
 * No new calls; those that are open have `shutdown_timeout`, of which the process gets what they leave. One that
 * is on its way out is not signalled before that: a second SIGTERM would cut its own clean-up short.
 */
async function finish(
  run: Run,
  spec: PluginSpec,
  error: TransportError,
  exitsByItself = false,
): Promise<void> {
  const { session, instance } = run;
  const deadlineMs = performance.now() + spec.shutdownTimeoutMs;
  await settlesWithin(
    session.drain().catch(() => {}),
    spec.shutdownTimeoutMs,
  );
  run.close(error);
  if (exitsByItself && instance.process !== undefined) {
    await settlesWithin(instance.process.exited, deadlineMs - performance.now());
  }
  const leastMs = Math.min(spec.shutdownTimeoutMs, MIN_STOP_MS);
  await instance.stop(Math.max(deadlineMs - performance.now(), leastMs));
}

function unavailable({ plugin, instance }: Run, what: string, cause?: unknown): TransportError {
  return new TransportError(ErrorCode.UNAVAILABLE, `plugin "${plugin}" ${what}`, {
    plugin,
    cause,
    evidence: instance.process?.evidence(),
  });
}
