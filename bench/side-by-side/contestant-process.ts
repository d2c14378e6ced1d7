// One contestant's client, in a process of its own: nobody's garbage or optimised code is in another's way.
// Takes orders from `rounds.ts`: `{ callers, bytes, durationMs }`, answered by `{ calls, elapsedMs }`.
import type { Connection, Contestant, Echo } from './contestant.ts';

export interface Order {
  readonly callers: number;
  readonly bytes: number;
  readonly durationMs: number;
}

export interface Outcome {
  readonly calls: number;
  readonly elapsedMs: number;
}

const { contestant } = (await import(process.argv[2]!)) as { contestant: Contestant };
const connection = await contestant.open();

process.on('message', async (order: Order | 'close') => {
  if (order === 'close') {
    await connection.close();
    process.exit(0);
  }
  process.send!(await carryOut(order, await prepare(connection, order.bytes)));
});
process.on('disconnect', () => connection.close().finally(() => process.exit(1)));
process.send!('ready');

async function prepare(connection: Connection, bytes: number): Promise<Echo> {
  const echo = connection.prepare(bytes);
  const length = echo.lengthOf(await echo.call());
  if (length !== bytes) throw new Error(`${length} bytes came back where ${bytes} were sent`);
  return echo;
}

async function carryOut({ callers, durationMs }: Order, { call }: Echo): Promise<Outcome> {
  let calls = 0;
  let running = true;
  const startMs = performance.now();
  setTimeout(() => {
    running = false;
  }, durationMs);
  const caller = async () => {
    while (running) {
      await call();
      calls++;
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return { calls, elapsedMs: performance.now() - startMs };
}
