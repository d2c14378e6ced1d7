import { join, relative, resolve } from 'node:path';
import {
  type GeneratedFile,
  type GoCheckout,
  generateGoPluginSkeleton,
  goModuleName,
  type Schema,
} from '@pluginart/compiler';
import { fs } from './builtins.ts';
import { checkoutGoModule } from './checkout.ts';
import { version } from './version.ts';

/** The files of a Go plugin that are its author's own. */
export function goSkeleton(schema: Schema, name: string, out: string, plumbing: string): GeneratedFile[] {
  return generateGoPluginSkeleton(schema, { name, plumbing, version: version(), checkout: checkoutFor(out) });
}

/** A plugin within the checkout names it relative to itself, so that both can be moved together. */
function checkoutFor(out: string): GoCheckout | undefined {
  const checkout = checkoutGoModule();
  if (checkout === undefined) return undefined;
  const isWithin = !relative(checkout, resolve(out)).startsWith('..');
  const text = (name: string) => fs.readFileSync(join(checkout, name), 'utf8');
  const path = isWithin ? relative(resolve(out), checkout) : checkout;
  return { path, mod: text('go.mod'), sum: text('go.sum') };
}

/** What to do with a Go plugin after it was generated. */
export function goNextSteps(name: string, out: string, schema: Schema, isUpdate: boolean): string {
  const folder = relative('.', out) || '.';
  const tidy = isUpdate || checkoutGoModule() !== undefined ? '' : 'go mod tidy && ';
  const inFolder = folder === '.' ? '' : `cd ${folder} && `;
  return `
Next:
  ${isUpdate ? 'see that what you wrote still fits:' : 'write your code in'} ${join(folder, 'plugin.go')}
  ${inFolder}${tidy}go build

and in the host's pluginart.toml, if it stands in this folder:
  [[plugins]]
  name = "${name}"
  path = "${folder === '.' ? `./${goModuleName(name)}` : join(folder, goModuleName(name))}"
  schema = "${schema.file}"`;
}
