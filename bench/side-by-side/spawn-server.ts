import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The other side of a contestant, in a process of its own. */
export interface Server {
  readonly process: ChildProcess;
  /** The Unix socket it listens on. */
  readonly socketPath: string;
  close(): Promise<void>;
}

/**
 * Starts a script that listens on the socket named by PLUGIN_SOCKET and says so with `process.send('ready')`.
 * It ends with this process, see `servers/ready.ts`.
 */
export async function spawnServer(script: URL, execArgv: readonly string[] = []): Promise<Server> {
  const directory = mkdtempSync(join(tmpdir(), 'pluginart-bench-'));
  const socketPath = join(directory, 's');
  const server = fork(script, {
    env: { ...process.env, PLUGIN_SOCKET: socketPath },
    execArgv: [...execArgv],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exited = once(server, 'exit');
  const close = async () => {
    server.kill('SIGKILL');
    await exited;
    rmSync(directory, { recursive: true, force: true });
  };
  const said = await Promise.race([once(server, 'message'), exited.then(([code]) => ({ code }))]);
  if (!Array.isArray(said)) {
    await close();
    throw new Error(`${script.pathname} ended with ${said.code} before it was ready`);
  }
  return { process: server, socketPath, close };
}
