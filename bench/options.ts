import { parseArgs } from 'node:util';

export const parts = ['suite', 'side-by-side', 'codec', 'go', 'python'] as const;
export type Part = (typeof parts)[number];

export interface Options {
  readonly parts: readonly Part[];
  /** Of each row of the suite, milliseconds. */
  readonly durationMs: number;
  readonly suiteWarmUpMs: number;
  /** Of the side by side. */
  readonly rounds: number;
  readonly sliceMs: number;
  /** Of each contestant in each scenario, milliseconds. */
  readonly roundsWarmUpMs: number;
  /** A smoke test: everything runs, the figures mean nothing. */
  readonly quick: boolean;
  /** Where the figures go as JSON. */
  readonly jsonFile: string | undefined;
}

export const usage = `usage: npm run bench -- [options]
  --duration 10s   how long each row of the suite runs (default 2s)
  --rounds 9       rounds of the side by side (default 9)
  --only PART      suite, side-by-side, codec, go or python; may be given more than once
  --quick          a smoke test: everything runs, the figures mean nothing
  --json FILE      write the figures to a file, as JSON`;

const unitMs: Record<string, number> = { ms: 1, s: 1_000, m: 60_000 };

/** @throws Error saying what is wrong with the arguments */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      duration: { type: 'string' },
      rounds: { type: 'string' },
      only: { type: 'string', multiple: true },
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
    },
  });
  const { quick } = values;
  return {
    parts: values.only?.map(readPart) ?? parts,
    durationMs: values.duration === undefined ? (quick ? 100 : 2_000) : readDuration(values.duration),
    // Until the allocator holds as much as the load ever needs: growth after that is a leak.
    suiteWarmUpMs: quick ? 50 : 3_000,
    rounds: values.rounds === undefined ? (quick ? 1 : 9) : readCount(values.rounds),
    sliceMs: quick ? 40 : 250,
    roundsWarmUpMs: quick ? 50 : 500,
    quick,
    jsonFile: values.json,
  };
}

function readPart(text: string): Part {
  const part = parts.find((name) => name === text);
  if (part === undefined) throw new Error(`--only takes ${parts.join(', ')}, not "${text}"`);
  return part;
}

function readDuration(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text) ?? [];
  const durationMs = Number(number) * unitMs[unit!]!;
  if (!(durationMs > 0)) throw new Error(`--duration takes a time such as 10s or 500ms, not "${text}"`);
  return durationMs;
}

function readCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1)
    throw new Error(`--rounds takes a whole number from 1, not "${text}"`);
  return count;
}
