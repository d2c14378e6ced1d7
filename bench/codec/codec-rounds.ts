import { median } from '../report/median.ts';
import { type Duel, duels } from './messages.ts';

export interface CodecRoundsOptions {
  readonly rounds: number;
  /** Of one side in one round, milliseconds of processor time. */
  readonly sliceMs: number;
  readonly onProgress: (what: string) => void;
}

export interface CodecResult {
  readonly what: string;
  readonly bytes: number;
  /** How many times as fast ours is expected to be. */
  readonly atLeast: number;
  /** Medians of the rounds, nanoseconds of processor time for one message. */
  readonly oursNs: number;
  readonly officialNs: number;
}

/** Measures our codecs and the official ones in turns, so that both see the same machine. */
export function runCodecRounds({ rounds, sliceMs, onProgress }: CodecRoundsOptions): CodecResult[] {
  const measured = duels().map((duel) => ({ duel, ours: [] as number[], official: [] as number[] }));
  // What comes first is compiled for what it has seen so far only: all of it has to run before any counts.
  for (const { duel } of measured) warmUp(duel, sliceMs);
  for (let round = 1; round <= rounds; round++) {
    for (const { duel, ours, official } of measured) {
      onProgress(`codecs: round ${round} of ${rounds}, ${duel.what}`);
      ours.push(nanosecondsOf(duel.ours, sliceMs));
      official.push(nanosecondsOf(duel.official, sliceMs));
    }
  }
  return measured.map(({ duel: { what, bytes, atLeast }, ours, official }) => ({
    what,
    bytes,
    atLeast,
    oursNs: median(ours),
    officialNs: median(official),
  }));
}

function warmUp({ ours, official }: Duel, sliceMs: number): void {
  nanosecondsOf(ours, sliceMs);
  nanosecondsOf(official, sliceMs);
}

/**
 * Repeats until `sliceMs` of processor time are used, looking at the clock about every tenth of it. Processor
 * time, that of collecting garbage included: on a busy machine the time that passes says little of one side.
 */
function nanosecondsOf(once: () => unknown, sliceMs: number): number {
  let batch = 1;
  let count = 0;
  const started = process.cpuUsage();
  for (;;) {
    for (let i = 0; i < batch; i++) once();
    count += batch;
    const { user, system } = process.cpuUsage(started);
    const elapsedMs = (user + system) / 1e3;
    if (elapsedMs >= sliceMs) return (elapsedMs * 1e6) / count;
    if (elapsedMs < sliceMs / 10) batch *= 2;
  }
}
