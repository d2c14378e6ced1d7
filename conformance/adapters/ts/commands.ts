import { createInterface } from 'node:readline';
import { PluginartError, PluginError } from 'pluginart';

export type Command = Readonly<Record<string, unknown>> & { readonly id: number; readonly do: string };
export type Obey = (command: Command) => Promise<object>;

export function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Reads commands until stdin ends; each is answered when it is done. */
export async function obeyCommands(obey: Obey): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const command = JSON.parse(line) as Command;
    obey(command).then(
      (result) => print({ id: command.id, result }),
      (error) => print({ id: command.id, error: describeError(error) }),
    );
  }
}

function describeError(error: unknown): object {
  if (!(error instanceof PluginartError)) return { code: 0, message: `${(error as Error).stack}` };
  const { code, message, origin, retrySafe, plugin, evidence } = error;
  return {
    code,
    message,
    origin,
    retry_safe: retrySafe,
    plugin,
    exit_code: evidence?.exitCode,
    signal: evidence?.signal,
    stderr: evidence?.stderr,
    ...(error instanceof PluginError && {
      retry: error.retry,
      details: error.details && Buffer.from(error.details).toString('hex'),
    }),
  };
}
