import { existsSync } from 'node:fs';

export interface Command {
  /** Absolute. */
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** An open file that it gets as its descriptor 3; undefined: none. */
  readonly file3?: number | undefined;
}

/** What opens the gate, on the process's stdin; of which nothing else is ever used. */
export const GO = 'go\n';

const SHELL = '/bin/sh';
const ENV = '/usr/bin/env';
/** Waits for the line, reading not a byte more, and becomes the plugin: same process, same stdin. */
const SCRIPT = 'read -r go && exec "$@"';
const PLAIN_NAME = /^[A-Za-z_]\w*$/;
/** Variables that a shell takes for its own and does not pass on as they were. */
const SHELL_NAMES = new Set(['BASHOPTS', 'EUID', 'IFS', 'LINENO', 'OPTIND', 'PPID', 'SHELLOPTS', 'UID']);

/**
 * The command behind a gate: it runs nothing of the plugin until it is told `GO`, and nothing at all where the host
 * dies before. So there is no moment in which a plugin runs and the guard does not know it yet.
 * Undefined where that cannot be done faithfully; then the command is started as it is.
 */
export function behindGate({ file, args, env }: Command): { file: string; args: string[] } | undefined {
  if (!existsSync(SHELL)) return undefined;
  const odd = Object.entries(env).filter(([name]) => !passesThroughShell(name));
  const gate = ['-c', SCRIPT, 'pluginart'];
  if (odd.length === 0) return { file: SHELL, args: [...gate, file, ...args] };
  // env(1) takes everything with an equals sign before the command for a variable.
  if (file.includes('=') || !existsSync(ENV)) return undefined;
  const variables = odd.map(([name, value]) => `${name}=${value}`);
  return { file: SHELL, args: [...gate, ENV, ...variables, file, ...args] };
}

/** Whether a shell hands a variable of this name on as it was. */
export function passesThroughShell(name: string): boolean {
  return PLAIN_NAME.test(name) && !SHELL_NAMES.has(name);
}
