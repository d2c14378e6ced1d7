import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GeneratedFile } from '../../src/emit/generated-file.ts';
import type { EmitContext } from '../../src/emit/typescript/source-file.ts';
import { ClassLayout, emitTables } from '../../src/emit/typescript/tables/index.ts';
import { loadSchema } from '../../src/index.ts';
import type { Schema } from '../../src/model.ts';

/** A schema from the folder `schemas` beside this file. */
export function schemaFile(name: string): string {
  return fileURLToPath(new URL(`schemas/${name}.fbs`, import.meta.url));
}

/** @param text the schema's, where it is not a file */
export function load(file: string, text?: string): Schema {
  const { schema, diagnostics } = loadSchema(
    file,
    text === undefined ? {} : { readFile: () => Buffer.from(text) },
  );
  if (schema === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return schema;
}

/** The class files alone, with paths below `folder`. */
export function classFiles(schema: Schema, folder = ''): GeneratedFile[] {
  const context: EmitContext = {
    schema,
    version: '0.0.0',
    codecModule: 'pluginart/codec',
    runtimeModule: 'pluginart',
    importExtension: '.js',
  };
  const files = emitTables(context, new ClassLayout(schema, ''));
  return files.map(({ path, text }) => ({ path: join(folder, path), text }));
}
