import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { generateBindings } from '../../src/emit/typescript/bindings.ts';
import { loadSchema } from '../../src/load/load-schema.ts';
import type { Schema } from '../../src/model.ts';

export const root = fileURLToPath(new URL('../../../', import.meta.url));
const codecModule = new URL('../../../runtimes/typescript/src/codec/index.ts', import.meta.url).href;

// biome-ignore lint/suspicious/noExplicitAny: what is generated at run time has no static type
export type Dynamic = any;

/** A schema from the folder `schemas`. */
export function schemaNamed(name: string): Schema {
  const file = fileURLToPath(new URL(`schemas/${name}.fbs`, import.meta.url));
  const { schema, diagnostics } = loadSchema(file);
  if (schema === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return schema;
}

/** A new folder from which the checkout's packages are found; call `remove` when done. */
export function makeFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'pluginart-emit-'));
  writeFileSync(join(path, 'package.json'), '{ "type": "module" }\n');
  symlinkSync(join(root, 'node_modules'), join(path, 'node_modules'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Writes one side's bindings as they are handed to users. */
export function writeBindings(schema: Schema, target: 'host' | 'plugin', folder: string): void {
  for (const { path, text } of generateBindings(schema, {
    language: 'typescript',
    target,
    version: '0.0.0',
  })) {
    write(join(folder, path), text);
  }
}

/** Loads a module of one side's bindings, with codec support from the sources of this checkout. */
export async function loadModule(
  schema: Schema,
  target: 'host' | 'plugin',
  module: string,
  folder: string,
): Promise<Dynamic> {
  const options = {
    language: 'typescript',
    target,
    version: '0.0.0',
    codecModule,
    importExtension: '.ts',
  } as const;
  for (const { path, text } of generateBindings(schema, options)) write(join(folder, path), text);
  return import(pathToFileURL(join(folder, `${module}.ts`)).href);
}

/** Loads a module of one side's bindings as users have it: over the built packages. */
export async function loadBuilt(
  schema: Schema,
  target: 'host' | 'plugin',
  module: string,
  folder: string,
): Promise<Dynamic> {
  const options = { language: 'typescript', target, version: '0.0.0', importExtension: '.ts' } as const;
  for (const { path, text } of generateBindings(schema, options)) write(join(folder, path), text);
  return import(pathToFileURL(join(folder, `${module}.ts`)).href);
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
