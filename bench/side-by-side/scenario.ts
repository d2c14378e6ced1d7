/** How many loops of awaits call at once, and what each message carries. */
export interface Scenario {
  readonly name: string;
  readonly callers: number;
  /** Of payload, each way. */
  readonly bytes: number;
}

export const scenarios = {
  serial: { name: '1 caller, 100 B', callers: 1, bytes: 100 },
  concurrent: { name: '64 callers, 100 B', callers: 64, bytes: 100 },
  crowded: { name: '1,024 callers, 100 B', callers: 1_024, bytes: 100 },
  large: { name: '1 caller, 1 MB', callers: 1, bytes: 1_000_000 },
} as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof scenarios;
