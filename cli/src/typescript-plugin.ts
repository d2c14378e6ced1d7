import { join, relative, resolve } from 'node:path';
import { type GeneratedFile, generatePluginSkeleton, type Schema } from '@pluginart/compiler';
import { checkoutRuntime } from './checkout.ts';
import { version } from './version.ts';

/** The files of a TypeScript plugin that are its author's own. */
export function typescriptSkeleton(
  schema: Schema,
  name: string,
  out: string,
  plumbing: string,
): GeneratedFile[] {
  return generatePluginSkeleton(schema, { language: 'typescript', name, plumbing, runtime: runtimeFor(out) });
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

/** What to do with a TypeScript plugin after it was generated. */
export function typescriptNextSteps(name: string, out: string, schema: Schema, isUpdate: boolean): string {
  const folder = relative('.', out) || '.';
  const build = isUpdate ? 'npm run build' : 'npm install && npm run build';
  const inFolder = folder === '.' ? build : `cd ${folder} && ${build}`;
  return `
Next:
  ${isUpdate ? 'see that what you wrote still fits:' : 'write your code in'} ${join(folder, 'handler.ts')}
  ${inFolder}

and in the host's pluginart.toml, if it stands in this folder:
  [[plugins]]
  name = "${name}"
  path = "node"
  args = ["${join(folder, 'dist', 'plugin.js')}"]
  schema = "${schema.file}"`;
}
