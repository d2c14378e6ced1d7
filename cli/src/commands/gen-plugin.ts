import { join } from 'node:path';
import { defaultPluginName } from '@pluginart/compiler';
import { bindingsOf } from '../bindings-of.ts';
import { fs } from '../builtins.ts';
import type { ExitCode, Input } from '../command.ts';
import { UsageError } from '../failure.ts';
import { goNextSteps, goSkeleton } from '../go-plugin.ts';
import { type Language, languageOf } from '../language.ts';
import { pythonNextSteps, pythonSkeleton } from '../python-plugin.ts';
import { readSchema } from '../read-schema.ts';
import { printFileReport } from '../report-files.ts';
import { removeStale } from '../stale-files.ts';
import { print, printJson } from '../terminal.ts';
import { typescriptNextSteps, typescriptSkeleton } from '../typescript-plugin.ts';
import { writeFiles } from '../write-files.ts';

const plumbing = 'plugin';

/** What the folder of a plugin ends in where nobody says otherwise. */
const suffixes: Record<Language, string> = { typescript: '-ts', go: '', python: '-py' };
const skeletons = { typescript: typescriptSkeleton, go: goSkeleton, python: pythonSkeleton };
const nextSteps = { typescript: typescriptNextSteps, go: goNextSteps, python: pythonNextSteps };

export async function run(input: Input): Promise<ExitCode> {
  const language = languageOf(input);
  checkName(input.values.get('name'));
  const schema = await readSchema(input);
  const name = input.values.get('name') ?? defaultPluginName(schema) ?? 'plugin';
  const out = input.values.get('out') ?? `${name}-plugin${suffixes[language]}`;

  const bindings = bindingsOf(schema, language, 'plugin').map(({ path, text }) => ({
    path: join(out, plumbing, path),
    text,
  }));
  const own = skeletons[language](schema, name, out, plumbing);
  const skeleton = own.map(({ path, text }) => ({ path: join(out, path), text }));
  const isKept = (path: string) => !input.flags.has('overwrite-skeleton') && fs.existsSync(path);
  const kept = skeleton.filter(({ path }) => isKept(path)).map(({ path }) => path);
  const { written, unchanged } = writeFiles([
    ...skeleton.filter(({ path }) => !kept.includes(path)),
    ...bindings,
  ]);
  const removed = removeStale(join(out, plumbing), bindings);

  const report = { written, unchanged, removed, kept };
  if (input.flags.has('json')) {
    printJson({ name, out, contractHash: schema.contractHash, ...report });
    return 0;
  }
  printFileReport(report);
  print(nextSteps[language](name, out, schema, kept.length > 0));
  return 0;
}

/** The rule of `pluginart.toml`, where the name will stand. @throws UsageError */
function checkName(name: string | undefined): void {
  if (name === undefined || /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) return;
  throw new UsageError(
    `--name ${name} is no name for a plugin`,
    'Use 1 to 64 letters, digits, ".", "_" or "-", beginning with a letter or digit.',
  );
}
