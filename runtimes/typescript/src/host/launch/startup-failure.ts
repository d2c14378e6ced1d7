import { type Evidence, StartupError } from '../../errors/index.ts';

/** A failure to start with all that a person needs in its message, the output included. */
export function startupFailure(
  plugin: string,
  what: string,
  evidence: Evidence | undefined,
  cause?: unknown,
): StartupError {
  return new StartupError(`plugin "${plugin}" ${what}${quoteOutput(evidence)}`, {
    plugin,
    cause,
    evidence,
  });
}

/** The last lines, indented, each stream under its name; says so where there are none. */
function quoteOutput(evidence: Evidence | undefined): string {
  if (evidence === undefined) return '';
  const { stderr, stdout } = evidence;
  if (stderr.length === 0 && stdout.length === 0) return ' (it printed nothing)';
  return quote('stderr', stderr) + quote('stdout', stdout);
}

function quote(name: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `\n  ${name}:\n${lines.map((line) => `    ${line}`).join('\n')}`;
}
