import type { Evidence } from '../../errors/index.ts';

const MAX_LAST_WORDS_LENGTH = 200;

/** How a crash of a Go program begins. Its stack follows, which says less in one line. */
const GO_CRASH = /^(panic|fatal error): /;

/** The line that says most about why a process ended, to continue a sentence; empty where it said nothing. */
export function lastWords({ stderr, stdout }: Evidence): string {
  const line = tellingLine(stderr) ?? tellingLine(stdout);
  return line === undefined ? '' : `; its last words: ${line.slice(0, MAX_LAST_WORDS_LENGTH)}`;
}

/** Where a Go program's crash began, and otherwise the last line that is not blank. */
function tellingLine(lines: readonly string[]): string | undefined {
  let crash: string | undefined;
  let last: string | undefined;
  for (const line of lines) {
    if (line.trim() === '') {
      continue;
    }
    if (GO_CRASH.test(line)) {
      crash = line;
    } else if (crash !== undefined && line.startsWith('goroutine ')) {
      return crash;
    }
    last = line;
  }
  return last;
}
