import { setImmediate as nextTurn } from 'node:timers/promises';
import { getHeapStatistics } from 'node:v8';

const samplePeriodMs = 10;

/** What a process spent between `start` and `stop`. Bytes, milliseconds. */
export interface Consumption {
  readonly cpuMs: number;
  /** The most heap in use at once, beyond what was in use at the start: what waits for the collector included. */
  readonly peakHeapBytes: number;
  /** Heap that is still in use after a collection, beyond what was in use at the start; may be negative. */
  readonly retainedHeapBytes: number;
  /** Growth of the resident set, from before a collection to after one. */
  readonly rssGrowthBytes: number;
}

/** Measures the process it is in, which has to run with `--expose-gc`. Buffers outside of V8's heap count as heap. */
export class ProcessMeter {
  #timer: NodeJS.Timeout | undefined;
  #peak = 0;
  #heapBefore = 0;
  #rssBefore = 0;
  #cpuBefore: NodeJS.CpuUsage = { user: 0, system: 0 };

  async start(): Promise<void> {
    // Garbage included: there will be as much of it again, and malloc keeps its room.
    this.#rssBefore = process.memoryUsage.rss();
    await collectGarbage();
    this.#heapBefore = this.#peak = heapBytes();
    this.#timer = setInterval(() => {
      this.#peak = Math.max(this.#peak, heapBytes());
    }, samplePeriodMs);
    this.#timer.unref();
    this.#cpuBefore = process.cpuUsage();
  }

  async stop(): Promise<Consumption> {
    const { user, system } = process.cpuUsage(this.#cpuBefore);
    clearInterval(this.#timer);
    await collectGarbage();
    return {
      cpuMs: (user + system) / 1_000,
      peakHeapBytes: this.#peak - this.#heapBefore,
      retainedHeapBytes: heapBytes() - this.#heapBefore,
      rssGrowthBytes: process.memoryUsage.rss() - this.#rssBefore,
    };
  }
}

function heapBytes(): number {
  const { used_heap_size, external_memory } = getHeapStatistics();
  return used_heap_size + external_memory;
}

/** Twice, a turn apart: buffers are given back by what the first one finds. */
async function collectGarbage(): Promise<void> {
  if (globalThis.gc === undefined) throw new Error('this process has to run with --expose-gc');
  for (let i = 0; i < 2; i++) {
    globalThis.gc();
    await nextTurn();
  }
}
