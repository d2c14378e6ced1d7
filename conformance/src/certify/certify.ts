import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fits } from '../matrix/cell.ts';
import type { Verdict } from '../matrix/verdict.ts';
import { pluginSuites } from '../plugin/plugin-suites.ts';
import { runPluginCases } from '../plugin/run-plugin-cases.ts';

export interface CertifyOptions {
  /** One line for the shell that starts the plugin. */
  readonly command: string;
  /** The schema that it serves. */
  readonly schemaPath: string;
  /** Default `unix`. */
  readonly transport?: 'unix' | 'tcp' | undefined;
  /** Patterns of `suite/case`; empty = all. `*` stands for anything. */
  readonly cases?: readonly string[] | undefined;
  readonly onVerdict?: ((verdict: Verdict) => void) | undefined;
}

export interface Certificate {
  readonly contractHash: string;
  readonly verdicts: readonly Verdict[];
}

/**
 * Starts the plugin as a host does, many times over, and does to it what hosts do, well and badly.
 * @throws Error where the schema cannot be read
 */
export async function certify(options: CertifyOptions): Promise<Certificate> {
  const { command, schemaPath, transport = 'unix', cases = [], onVerdict } = options;
  const digest = createHash('sha256').update(readFileSync(schemaPath)).digest('hex');
  const contractHash = `sha256:${digest}`;
  const verdicts: Verdict[] = [];
  await runPluginCases({
    command,
    transport,
    contractHash,
    cell: transport,
    suites: pluginSuites(contractHash),
    isWanted: (name) => cases.length === 0 || cases.some((pattern) => fits(name, pattern)),
    onVerdict: (verdict) => {
      verdicts.push(verdict);
      onVerdict?.(verdict);
    },
  });
  return { contractHash, verdicts };
}
