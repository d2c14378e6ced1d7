import { fork } from 'node:child_process';
import { once } from 'node:events';
import { exceededLimits } from './limits.ts';
import { payloadSizes, type Row, type RowPlan, type SubjectName, subjects } from './row.ts';

const attempts = 3;

export interface SuiteOptions {
  /** Of each row, milliseconds. */
  readonly durationMs: number;
  readonly warmUpMs: number;
  onProgress(what: string): void;
}

export async function runSuite({ durationMs, warmUpMs, onProgress }: SuiteOptions): Promise<Row[]> {
  const rows: Row[] = [];
  for (const subject of subjects) {
    for (const bytes of payloadSizes) {
      onProgress(`${subject}, ${bytes} bytes`);
      rows.push(await runWithinLimits({ subject, bytes, durationMs, warmUpMs }));
    }
  }
  return rows;
}

/**
 * On a busy machine the collector may be late once, and what it leaves to malloc looks like growth: a row that
 * exceeds a limit is run again. One that leaks exceeds it each time.
 */
async function runWithinLimits(plan: RowPlan): Promise<Row> {
  let row = await runRow(plan);
  for (let attempt = 1; attempt < attempts && exceededLimits([row]).length > 0; attempt++) {
    row = await runRow(plan);
  }
  return row;
}

async function runRow(plan: RowPlan): Promise<Row> {
  const child = fork(new URL('./row-process.ts', import.meta.url), { execArgv: ['--expose-gc'] });
  child.send(plan);
  const exited = once(child, 'exit');
  const row = await Promise.race([once(child, 'message').then(([message]) => message as Row), exited]);
  if (Array.isArray(row)) throw new Error(`the row ${describe(plan)} ended with ${row[0] ?? row[1]}`);
  await exited;
  return row;
}

function describe({ subject, bytes }: { subject: SubjectName; bytes: number }): string {
  return `"${subject}, ${bytes} bytes"`;
}
