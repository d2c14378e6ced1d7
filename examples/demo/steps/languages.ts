import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { claim, formatMs, heading, say, table } from '../narration.js';
import { examplesFolder, repository } from '../stage.js';

/** A language that hosts and plugins are written in. */
interface Language {
  readonly name: string;
  /** How the names of its plugins and the folders of its examples end. */
  readonly suffix: string;
  /** The command that tells whether the language is there; undefined where it must be. */
  readonly probe: readonly [command: string, argument: string] | undefined;
  /** Its host, as a command in the folder `examples/host-<suffix>`. */
  readonly host: readonly [command: string, ...args: string[]];
}

/** What `npm run setup` makes where there is a Python. */
const python = join(repository, 'runtimes', 'python', '.venv', 'bin', 'python');

const languages: readonly Language[] = [
  { name: 'TypeScript', suffix: 'ts', probe: undefined, host: [process.execPath, 'dist/host.js'] },
  { name: 'Go', suffix: 'go', probe: ['go', 'version'], host: ['./host-go'] },
  { name: 'Python', suffix: 'py', probe: [python, '--version'], host: [python, 'main.py'] },
];

const expected = { echo: 'HELLO', repeat: 'hip hip ' };

export async function allLanguages(): Promise<void> {
  heading('Any language on either side');
  const isThere = ({ probe }: Language) =>
    probe === undefined || spawnSync(probe[0], [probe[1]]).error === undefined;
  const present = languages.filter(isThere);
  for (const { name, probe } of languages.filter((language) => !isThere(language)))
    say(`*** SKIPPED: there is no ${probe?.[0]}, so nothing here is shown in ${name}`);
  say(
    'examples/pluginart.toml names two plugins in each language. Hosts in each language start them all and call ' +
      'them, by clients that came from the same two schemas:',
  );

  const before = performance.now();
  const answers = await Promise.all(present.map(answersTo));
  const tookMs = performance.now() - before;

  const plugins = Object.keys(expected).flatMap((name) => present.map(({ suffix }) => `${name}-${suffix}`));
  table(
    [
      { title: 'plugin', align: 'left', text: (plugin) => plugin },
      ...present.map(({ name }, at) => ({
        title: `host in ${name}`,
        align: 'left' as const,
        text: (plugin: string) => answers[at]!.get(plugin) ?? '',
      })),
    ],
    plugins,
  );
  for (const [at, { name }] of present.entries()) {
    for (const plugin of plugins) {
      const [schema] = plugin.split('-') as [keyof typeof expected];
      claim(answers[at]!.get(plugin) === expected[schema], `a host in ${name} calls ${plugin}`);
    }
  }
  say(
    `${present.length * plugins.length} calls, and ${present.length} hosts with ${plugins.length} plugins each started ` +
      `and stopped, in ${formatMs(tookMs)}.`,
  );
}

/** What a host printed: `echo-go: HELLO`, a line for each plugin that it could call. */
async function answersTo({ suffix, host }: Language): Promise<Map<string, string>> {
  const [command, ...args] = host;
  const { stdout } = await promisify(execFile)(command, args, {
    cwd: join(examplesFolder, `host-${suffix}`),
  }).catch((error: Error & { stdout?: string; stderr?: string }) => {
    throw new Error(`the host in examples/host-${suffix} failed: ${error.stderr || error.message}`);
  });
  const lines = stdout.split('\n').filter((line) => line !== '');
  return new Map(lines.map((line) => line.split(': ', 2) as [string, string]));
}
