import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { claim, formatMs, heading, quote, say, table } from '../narration.js';
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
const plugins = Object.keys(expected) as (keyof typeof expected)[];

export async function allLanguages(): Promise<void> {
  heading('Any language on either side');
  const isThere = ({ probe }: Language) => probe === undefined || succeeds(...probe);
  const present = languages.filter(isThere);
  for (const { name, probe } of languages.filter((language) => !isThere(language)))
    say(`*** SKIPPED: there is no ${probe?.[0]}, so nothing here is shown in ${name}`);
  say(
    'examples/pluginart.toml names two plugins in each language: "echo" is a process, "repeat" a container. Hosts in ' +
      'each language start them all and call them, by clients that came from the same two schemas:',
  );

  const before = performance.now();
  const answers = await Promise.all(present.map(answersTo));
  const tookMs = performance.now() - before;

  const rows = plugins.flatMap((plugin) =>
    languagesOf(plugin, present).map(({ suffix }) => ({ plugin, name: `${plugin}-${suffix}` })),
  );
  table(
    [
      { title: 'plugin', align: 'left', text: ({ name }) => name },
      ...present.map(({ name: language }, at) => ({
        title: `host in ${language}`,
        align: 'left' as const,
        text: ({ name }: (typeof rows)[number]) => answers[at]!.get(name) ?? '',
      })),
    ],
    rows,
  );
  for (const [at, { name: language }] of present.entries()) {
    for (const { plugin, name } of rows)
      claim(answers[at]!.get(name) === expected[plugin], `a host in ${language} calls ${name}`);
  }
  say(
    `${present.length * rows.length} calls, and ${present.length} hosts with ${rows.length} plugins each started ` +
      `and stopped, in ${formatMs(tookMs)}.`,
  );
}

/** The languages that a plugin can be shown in; says which images are not built. A container needs no language here. */
function languagesOf(plugin: keyof typeof expected, present: readonly Language[]): readonly Language[] {
  if (plugin === 'echo') return present;
  const isBuilt = ({ suffix }: Language) => succeeds('docker', 'image', 'inspect', imageOf(suffix));
  const missing = languages.filter((language) => !isBuilt(language));
  if (missing.length > 0) {
    say(`*** SKIPPED: there is no Docker engine, or no image for some of "${plugin}". With an engine:`);
    const build = (suffix: string) =>
      `docker build -f examples/plugin-${plugin}-${suffix}/Dockerfile -t ${imageOf(suffix)} .`;
    quote(missing.map(({ suffix }) => build(suffix)).join('\n'));
  }
  return languages.filter((language) => !missing.includes(language));
}

function imageOf(suffix: string): string {
  return `pluginart-repeat-${suffix}:local`;
}

function succeeds(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
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
