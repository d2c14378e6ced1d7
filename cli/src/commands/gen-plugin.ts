import { join, relative, resolve } from 'node:path';
import { defaultPluginName, generatePluginSkeleton, type Schema } from '@pluginart/compiler';
import { bindingsOf } from '../bindings-of.ts';
import { fs } from '../builtins.ts';
import { checkoutRuntime } from '../checkout.ts';
import type { ExitCode, Input } from '../command.ts';
import { UsageError } from '../failure.ts';
import { goNextSteps, goSkeleton } from '../go-plugin.ts';
import { checkLanguage } from '../language.ts';
import { readSchema } from '../read-schema.ts';
import { printFileReport } from '../report-files.ts';
import { removeStale } from '../stale-files.ts';
import { print, printJson } from '../terminal.ts';
import { version } from '../version.ts';
import { writeFiles } from '../write-files.ts';

const plumbing = 'plugin';

export async function run(input: Input): Promise<ExitCode> {
  const language = checkLanguage(input.values.get('lang'));
  checkName(input.values.get('name'));
  const schema = await readSchema(input);
  const name = input.values.get('name') ?? defaultPluginName(schema) ?? 'plugin';
  const out = input.values.get('out') ?? `${name}-plugin${language === 'go' ? '' : '-ts'}`;

  const bindings = bindingsOf(schema, language, 'plugin').map(({ path, text }) => ({
    path: join(out, plumbing, path),
    text,
  }));
  const own =
    language === 'go'
      ? goSkeleton(schema, name, out, plumbing)
      : generatePluginSkeleton(schema, { language, name, plumbing, runtime: runtimeFor(out) });
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
  print((language === 'go' ? goNextSteps : nextSteps)(name, out, schema, kept.length > 0));
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

/**
 * What npm is to install as the runtime: from a checkout, the checkout's own, as it may not be published. A plugin
 * within the checkout names it relative to itself, so that both can be moved together.
 */
function runtimeFor(out: string): string {
  const checkout = checkoutRuntime();
  if (checkout === undefined) return version();
  const isWithin = !relative(join(checkout, '..', '..'), resolve(out)).startsWith('..');
  return `file:${isWithin ? relative(resolve(out), checkout) : checkout}`;
}

function nextSteps(name: string, out: string, schema: Schema, isUpdate: boolean): string {
  const folder = relative('.', out) || '.';
  const build = isUpdate ? 'npm run build' : 'npm install && npm run build';
  const inFolder = folder === '.' ? build : `cd ${folder} && ${build}`;
  return `
Next:
  ${isUpdate ? 'see that handler.ts still fits' : 'write your code in'} ${join(folder, 'handler.ts')}
  ${inFolder}

and in the host's pluginart.toml, if it stands in this folder:
  [[plugins]]
  name = "${name}"
  path = "node"
  args = ["${join(folder, 'dist', 'plugin.js')}"]
  schema = "${schema.file}"`;
}
