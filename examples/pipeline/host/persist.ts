import { ErrorCode, PluginartError } from 'pluginart';

const mostAttempts = 5;

/**
 * Makes a call again that failed because its plugin went down, where that is safe: it did not run, or may run twice.
 * The calls of this pipeline may (they are `idempotent` in their schemas). While the plugin restarts a call waits by itself.
 */
export async function persist<Result>(
  call: () => Promise<Result>,
  onRetry: (error: PluginartError) => void,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      const isDown = error instanceof PluginartError && error.code === ErrorCode.UNAVAILABLE;
      if (!isDown || !error.retrySafe || attempt === mostAttempts) throw error;
      onRetry(error);
    }
  }
}
