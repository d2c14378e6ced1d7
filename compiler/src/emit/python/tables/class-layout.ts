import type { Schema } from '../../../model.ts';
import type { ValueDef } from '../names.ts';
import { keywords } from '../reserved-words.ts';

/** Where the class of one definition lives. */
export interface ClassPlace {
  /** As the schema spells it; `_` is appended to what no class may be called. */
  readonly name: string;
  /** The folders from the output's root: `['fb', 'acme', 'geo']`. */
  readonly folders: readonly string[];
}

/** Names the class and the module of every definition, as flatc does: one class a module, named alike. */
export class ClassLayout {
  readonly #places = new Map<ValueDef, ClassPlace>();

  /** @param root the folder that holds all of them: `fb` for a plugin, none for a host. */
  constructor(schema: Schema, root: string | undefined) {
    for (const definition of [...schema.enums, ...schema.structs, ...schema.tables, ...schema.unions]) {
      const folders = definition.namespace.map(escapeKeyword);
      this.#places.set(definition, {
        name: escapeKeyword(definition.name),
        folders: root === undefined ? folders : [root, ...folders],
      });
    }
  }

  of(definition: ValueDef): ClassPlace {
    return this.#places.get(definition)!;
  }

  /** The module of a definition as a file in `folders` imports it: `...acme.geo.Point`. */
  module(folders: readonly string[], definition: ValueDef): string {
    const { name, folders: target } = this.of(definition);
    let shared = 0;
    while (shared < folders.length && folders[shared] === target[shared]) shared++;
    return `${'.'.repeat(1 + folders.length - shared)}${[...target.slice(shared), name].join('.')}`;
  }
}

/** flatc's way with a word of the language: `class_`. */
export function escapeKeyword(name: string): string {
  return keywords.has(name) ? `${name}_` : name;
}
