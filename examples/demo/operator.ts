import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

/** A plugin that runs as a service of its own: no host starts it, and none stops it. */
export interface RemotePlugin {
  readonly address: string;
  readonly pid: number;
  isRunning(): boolean;
  /** Ends it as an operator would, by SIGTERM; gives its exit code. */
  stop(): Promise<number | null>;
}

/** `PLUGIN_ADDR=<address> node <script>`, as an operator or a service manager runs it. */
export async function runByHand(script: string, address: string): Promise<RemotePlugin> {
  const child = spawn(process.execPath, [script], {
    env: { ...process.env, PLUGIN_ADDR: address },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const killChild = () => void child.kill('SIGKILL');
  process.once('exit', killChild);
  const exited = once(child, 'exit').then(() => process.off('exit', killChild));
  await isReady(child);
  return {
    address,
    pid: child.pid!,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    async stop() {
      child.kill('SIGTERM');
      await exited;
      return child.exitCode;
    },
  };
}

async function isReady(child: ChildProcess): Promise<void> {
  for await (const line of createInterface(child.stdout!)) if (line === 'READY') return;
  throw new Error('the remote plugin ended before it was ready');
}

/** One that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
