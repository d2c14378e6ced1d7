import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { GeneratedFile } from '../../src/emit/generated-file.ts';
import { emitCodecsFile } from '../../src/emit/typescript/codecs/codecs-file.ts';
import { type ValueDef, ValueNames } from '../../src/emit/typescript/names.ts';
import type { EmitContext } from '../../src/emit/typescript/source-file.ts';
import { ClassLayout, emitTables } from '../../src/emit/typescript/tables/index.ts';
import { emitValuesFile } from '../../src/emit/typescript/values-file.ts';
import { valueDefinitions } from '../../src/emit/value-definitions.ts';
import type { Schema } from '../../src/model.ts';
import type { Dynamic } from '../emit/generated.ts';

const codecModule = new URL('../../../runtimes/typescript/src/codec/index.ts', import.meta.url).href;

/** Everything that is generated for one schema, loaded. */
export class GeneratedCode {
  readonly schema: Schema;
  readonly names: ValueNames;
  readonly codecs: Dynamic;
  readonly #classes: ReadonlyMap<ValueDef, Dynamic>;

  private constructor(
    schema: Schema,
    names: ValueNames,
    codecs: Dynamic,
    classes: ReadonlyMap<ValueDef, Dynamic>,
  ) {
    this.schema = schema;
    this.names = names;
    this.codecs = codecs;
    this.#classes = classes;
  }

  /** The class of a table or struct; of a union, what its module exports. */
  class(definition: ValueDef): Dynamic {
    return this.#classes.get(definition);
  }

  /** @param directory one from which `flatbuffers` is found */
  static async load(schema: Schema, directory: string): Promise<GeneratedCode> {
    const context: EmitContext = {
      schema,
      version: 'test',
      codecModule,
      runtimeModule: 'pluginart',
      importExtension: '.ts',
    };
    const names = new ValueNames(schema);
    const layout = new ClassLayout(schema, 'fb');
    const definitions = valueDefinitions(schema);
    const files = [
      emitValuesFile(context, definitions, names, 'values.ts'),
      emitCodecsFile(context, definitions, names, 'codecs.ts', './values'),
      ...emitTables(context, layout),
    ];
    for (const file of files) write(directory, file);
    const load = (module: string): Promise<Dynamic> =>
      import(pathToFileURL(join(directory, `${module}.ts`)).href);
    const classes = new Map<ValueDef, Dynamic>();
    for (const definition of [...schema.structs, ...schema.tables, ...schema.unions]) {
      const { module, name } = layout.of(definition);
      const exports = await load(module);
      classes.set(definition, definition.kind === 'union' ? exports : exports[name]);
    }
    return new GeneratedCode(schema, names, await load('codecs'), classes);
  }
}

function write(directory: string, { path, text }: GeneratedFile): void {
  const target = join(directory, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
}
