import { posix } from 'node:path';
import type { Schema } from '../../../model.ts';
import { NameScope } from '../../../printer/index.ts';
import { definitionModule, type ValueDef } from '../names.ts';
import { keywords, usedGlobals } from '../reserved-words.ts';

/** Where the class, or the const object, of one definition lives. */
export interface ClassPlace {
  /** As the schema spells it; `_` is appended to what no class may be called, or what would hide a global. */
  readonly name: string;
  /** Of the interface that a struct's values have where they fill another struct's array. */
  readonly valuesName: string;
  /** From the output's root, without extension: `fb/acme/geo/way-point`. */
  readonly module: string;
}

/** Globals that the files of this folder refer to, besides those that all generated code does. */
const globalsOfTables = (
  'flatbuffers Infinity NaN TextEncoder Int8Array Int16Array Int32Array Uint16Array Uint32Array ' +
  'Float32Array Float64Array'
).split(' ');

/**
 * Names the class and the file of every definition, as flatc 25 does: one class a file, a folder for each part
 * of the namespace. Where two definitions would share a file (`FooBar` and `Foo_Bar`) the later one, in the
 * order enums, structs, tables, unions, gets `_` appended.
 */
export class ClassLayout {
  readonly #places = new Map<ValueDef, ClassPlace>();

  /** @param folder holds all of them: `fb` for a plugin, empty for a host. */
  constructor(schema: Schema, folder: string) {
    const reserved = new Set([...keywords, ...usedGlobals, ...globalsOfTables]);
    const modules = new NameScope();
    for (const definition of [...schema.enums, ...schema.structs, ...schema.tables, ...schema.unions]) {
      const name = reserved.has(definition.name) ? `${definition.name}_` : definition.name;
      this.#places.set(definition, {
        name,
        valuesName: `${name}Values`,
        module: modules.claim(posix.join(folder, definitionModule(definition))),
      });
    }
  }

  of(definition: ValueDef): ClassPlace {
    return this.#places.get(definition)!;
  }

  /** The path from a module, given as in `ClassPlace`, to that of a definition: `../geo/way-point`. */
  specifier(from: string, definition: ValueDef): string {
    const relative = posix.relative(posix.dirname(from), this.of(definition).module);
    return relative.startsWith('.') ? relative : `./${relative}`;
  }
}
