import { availableParallelism, cpus, loadavg, release, type } from 'node:os';

/** What the figures depend on besides the code. */
export interface Machine {
  readonly node: string;
  readonly system: string;
  readonly cpu: string;
  readonly cores: number;
  /** Processes that were running or waiting to, over the last minute, when the bench began. */
  readonly load: number;
}

export function describeMachine(): Machine {
  return {
    node: process.version,
    system: `${type()} ${release()}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    load: loadavg()[0]!,
  };
}

export function machineLine({ node, system, cpu, cores, load }: Machine): string {
  return `Node ${node}, ${system}, ${cores} x ${cpu}, load ${load.toFixed(2)} at the start`;
}
