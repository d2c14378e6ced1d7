import { duration, threeDigits, whole } from '../report/format.ts';
import { table } from '../report/table.ts';
import { contestants } from './contestant.ts';
import type { Verdict } from './expectations.ts';
import type { Rates } from './rounds.ts';
import { type Scenario, type ScenarioName, scenarios } from './scenario.ts';

export function sideBySideReport(rates: Rates, rounds: number): string {
  const columns = Object.entries(scenarios) as [ScenarioName, Scenario][];
  const body = contestants.map(({ name }) => [
    name,
    ...columns.map(([scenario, { callers }]) => cell(rates[scenario][name].median, callers)),
  ]);
  const headings = ['', ...columns.map(([, { name }]) => name)];
  const title = `Side by side: medians of ${rounds} interleaved rounds; time of a round trip, or calls per second`;
  return `${title}\n\n${table(headings, body)}`;
}

/** With one caller it is the wait that counts, with many what gets through. */
function cell(callsPerSecond: number, callers: number): string {
  return callers === 1 ? duration(1_000 / callsPerSecond) : `${whole(callsPerSecond)}/s`;
}

export function verdictsReport(verdicts: readonly Verdict[]): string {
  const body = verdicts.map(({ what, expected, measured, met }) => [
    what,
    'atLeast' in expected ? `>= ${expected.atLeast}` : `<= ${expected.atMost}`,
    threeDigits(measured),
    met ? 'met' : 'MISSED',
  ]);
  return table(['Expected of this run', 'expected', 'measured', ''], body);
}
