import { setTimeout as delay } from 'node:timers/promises';
import { PluginError } from 'pluginart';
import type { ConformanceHandlers } from './generated/plugin/conformance_service.ts';
import { Output } from './generated/plugin/values.ts';

interface Observed {
  begun: number;
  toldToStop: number;
  returned: number;
}

const observed = new Map<string, Observed>();
const counts = new Map<string, bigint>();

function observe(tag: string): Observed {
  const seen = observed.get(tag) ?? { begun: 0, toldToStop: 0, returned: 0 };
  observed.set(tag, seen);
  return seen;
}

/** What a plugin does for the contract of the suites: see schema/conformance.fbs. */
export const handlers: ConformanceHandlers = {
  echo: ({ everything }) => ({ everything }),

  send: ({ parcel }) => ({ parcel }),

  fail: ({ code, message, retry, details, ordinary }) => {
    if (ordinary) throw new Error(message);
    throw new PluginError(message, { code, retry, details });
  },

  sleep: async ({ tag, ms, stubborn }, { signal, remainingMs }) => {
    const seen = observe(tag);
    seen.begun++;
    signal.addEventListener('abort', () => seen.toldToStop++);
    try {
      await delay(ms, undefined, stubborn ? undefined : { signal });
    } finally {
      seen.returned++;
    }
    return { hasDeadline: remainingMs !== undefined, remainingMs: Math.round(remainingMs ?? 0) };
  },

  observe: ({ tag }) => observe(tag),

  spin: ({ ms }) => {
    const endMs = performance.now() + ms;
    while (performance.now() < endMs);
    return {};
  },

  size: ({ bytes, filler }) => ({ received: filler?.length ?? 0, filler: Buffer.alloc(bytes, 'a') }),

  print: async ({ to, lines }) => {
    const stream = to === Output.Stdout ? process.stdout : process.stderr;
    await new Promise<void>((resolve) => {
      stream.write(lines.map((line) => `${line}\n`).join(''), () => resolve());
    });
    return {};
  },

  crash: async ({ exitCode, signal, lastWords }) => {
    if (lastWords !== undefined)
      await handlers.print({ to: Output.Stderr, lines: [lastWords] }, undefined as never);
    if (signal === undefined) process.exit(exitCode);
    process.kill(process.pid, signal);
    return new Promise(() => {});
  },

  describeProcess: () => ({
    pid: process.pid,
    directory: process.cwd(),
    variables: Object.entries(process.env).map(([name, value = '']) => ({ name, value })),
  }),

  count: ({ counter }) => {
    const count = (counts.get(counter) ?? 0n) + 1n;
    counts.set(counter, count);
    return { count };
  },
};
