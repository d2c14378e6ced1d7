import type { ContestantName } from './contestant.ts';
import type { Rates } from './rounds.ts';
import type { ScenarioName } from './scenario.ts';

/** What is expected of one ratio, and what it was. */
export interface Verdict {
  readonly what: string;
  readonly expected: { readonly atLeast: number } | { readonly atMost: number };
  readonly measured: number;
  readonly met: boolean;
}

/** Of the medians. Times are compared by the inverse of rates: one caller's time for a call is 1 / its rate. */
export function judge(rates: Rates): Verdict[] {
  const rate = (scenario: ScenarioName, name: ContestantName) => rates[scenario][name].median;
  return [
    verdict(
      'one caller: round trip of a raw call / of raw net',
      { atMost: 1.25 },
      rate('serial', 'raw net') / rate('serial', 'pluginart raw'),
    ),
    verdict(
      '64 callers: rate of raw calls / of raw net with one caller',
      { atLeast: 20 },
      rate('concurrent', 'pluginart raw') / rate('serial', 'raw net'),
    ),
    verdict(
      '64 callers: rate of raw calls / of @grpc/grpc-js with 64',
      { atLeast: 40 },
      rate('concurrent', 'pluginart raw') / rate('concurrent', '@grpc/grpc-js'),
    ),
    verdict(
      '1 MB: round trip of a raw call / of raw net',
      { atMost: 1.3 },
      rate('large', 'raw net') / rate('large', 'pluginart raw'),
    ),
    verdict(
      '64 callers: rate of typed calls / of raw calls',
      { atLeast: 0.6 },
      rate('concurrent', 'pluginart typed') / rate('concurrent', 'pluginart raw'),
    ),
  ];
}

export function verdict(what: string, expected: Verdict['expected'], measured: number): Verdict {
  const met = 'atLeast' in expected ? measured >= expected.atLeast : measured <= expected.atMost;
  return { what, expected, measured, met };
}
