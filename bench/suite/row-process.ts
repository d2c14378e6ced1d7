// One row of the suite in a process of its own, so that no row finds the garbage of another.
// Takes a `RowPlan` from `run-suite.ts`, answers with a `Row` and ends.
import { once } from 'node:events';
import { startOrder, stopOrder } from './orders.ts';
import { type Consumption, ProcessMeter } from './process-meter.ts';
import { callers, type Row, type RowPlan } from './row.ts';
import { openClient, openManager, type Subject } from './subjects.ts';

process.on('disconnect', () => process.exit(1));
const [plan] = (await once(process, 'message')) as [RowPlan];
const subject = plan.subject === 'host manager' ? await openManager() : await openClient();
const row = await measure(subject, plan);
await subject.close();
process.send!(row, () => process.exit(0));

async function measure(subject: Subject, plan: RowPlan): Promise<Row> {
  const payload = Buffer.alloc(plan.bytes, 0x61);
  await callFor(subject, payload, plan.warmUpMs);
  await subject.call(startOrder);
  const meter = new ProcessMeter();
  await meter.start();
  const { calls, elapsedMs } = await callFor(subject, payload, plan.durationMs);
  const host = await meter.stop();
  const plugin = JSON.parse((await subject.call(stopOrder)).toString()) as Consumption;
  const spentMs = plan.subject === 'plugin server' ? plugin.cpuMs : elapsedMs;
  return {
    subject: plan.subject,
    bytes: plan.bytes,
    calls,
    nsPerCall: (spentMs * 1_000_000) / calls,
    megabytesPerSecond: (calls * plan.bytes) / 1_000 / elapsedMs,
    host,
    plugin,
  };
}

async function callFor(subject: Subject, payload: Buffer, durationMs: number) {
  let calls = 0;
  let running = true;
  const startMs = performance.now();
  setTimeout(() => {
    running = false;
  }, durationMs);
  const caller = async () => {
    while (running) {
      const answer = await subject.call(payload);
      if (answer.length !== payload.length) throw new Error(`${answer.length} bytes came back`);
      calls++;
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return { calls, elapsedMs: performance.now() - startMs };
}
