import { join, relative, resolve } from 'node:path';
import { type GeneratedFile, generatePythonPluginSkeleton, type Schema } from '@pluginart/compiler';
import { checkoutPythonPackage } from './checkout.ts';
import { version } from './version.ts';

/** The files of a Python plugin that are its author's own. */
export function pythonSkeleton(schema: Schema, name: string, out: string, plumbing: string): GeneratedFile[] {
  return generatePythonPluginSkeleton(schema, { name, plumbing, runtime: runtimeFor(out) });
}

/** A plugin within the checkout names it relative to itself, so that both can be moved together. */
function runtimeFor(out: string): string {
  const checkout = checkoutPythonPackage();
  if (checkout === undefined) return `pluginart==${version()}`;
  const isWithin = !relative(join(checkout, '..', '..'), resolve(out)).startsWith('..');
  return isWithin ? relative(resolve(out), checkout) : checkout;
}

/** What to do with a Python plugin after it was generated. */
export function pythonNextSteps(name: string, out: string, schema: Schema, isUpdate: boolean): string {
  const folder = relative('.', out) || '.';
  const install = 'python3 -m venv .venv && .venv/bin/pip install -r requirements.txt';
  const inFolder = folder === '.' ? install : `cd ${folder} && ${install}`;
  return `
Next:
  ${isUpdate ? 'see that what you wrote still fits:' : 'write your code in'} ${join(folder, 'handler.py')}
  ${inFolder}

and in the host's pluginart.toml, if it stands in this folder:
  [[plugins]]
  name = "${name}"
  path = "${folder === '.' ? './' : ''}${join(folder, '.venv', 'bin', 'python')}"
  args = ["${join(folder, 'plugin.py')}"]
  schema = "${schema.file}"`;
}
