import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { repository } from './documentation.ts';
import { skipWithoutGo } from './go.ts';
import { python, skipWithoutPython } from './python.ts';

const examples = join(repository, 'examples');
/** Those that are there, as the names of their examples end. */
const languages = [
  'ts',
  ...(skipWithoutGo === false ? ['go'] : []),
  ...(skipWithoutPython === false ? ['py'] : []),
];

const commands: Record<string, readonly [folder: string, command: string, ...args: string[]]> = {
  ts: [join(examples, 'host-ts'), process.execPath, 'dist/host.js'],
  go: [join(examples, 'host-go'), 'go', 'run', '.'],
  py: [repository, python, 'examples/host-py/main.py'],
};

/** The example hosts in the languages that this machine has, as commands in a folder. */
export const hosts = languages.map((language) => ({
  name: `host-${language}`,
  command: commands[language]!,
}));

/** What each host prints of the plugins in those languages, in the order of pluginart.toml. */
export const echoed = languages.map((language) => `echo-${language}: HELLO\n`).join('');
export const repeated = ['ts', 'go', 'py'].map((language) => `repeat-${language}: hip hip \n`).join('');

/** Runs a host to its end. @throws Error with what it said, where it fails */
export function runHost(
  { command: [cwd, program, ...args] }: (typeof hosts)[number],
  more: NodeJS.ProcessEnv = {},
): { stdout: string; stderr: string } {
  const run = spawnSync(program, args, { cwd, encoding: 'utf8', env: { ...process.env, ...more } });
  if (run.status !== 0) throw new Error(`${program} ${args.join(' ')} failed: ${run.error ?? run.stderr}`);
  return run;
}
