import type { Consumption } from './process-meter.ts';

/** What is measured: the process whose cost a row states, and how calls get there. */
export const subjects = ['host manager', 'protocol client', 'plugin server'] as const;
export type SubjectName = (typeof subjects)[number];

/** Of payload, each way. */
export const payloadSizes = [10, 1_000, 10_000] as const;

/** Loops of awaits that call at once. */
export const callers = 64;

export interface RowPlan {
  readonly subject: SubjectName;
  readonly bytes: number;
  readonly warmUpMs: number;
  readonly durationMs: number;
}

export interface Row {
  readonly subject: SubjectName;
  readonly bytes: number;
  readonly calls: number;
  /** Time by the clock for one call, all callers together; for the plugin server, its processor time. */
  readonly nsPerCall: number;
  /** Payload, one way, by the clock. 1 MB = 1,000,000 bytes. */
  readonly megabytesPerSecond: number;
  readonly host: Consumption;
  readonly plugin: Consumption;
}

/** The process that the row is about. */
export function measured({ subject, host, plugin }: Row): Consumption {
  return subject === 'plugin server' ? plugin : host;
}
