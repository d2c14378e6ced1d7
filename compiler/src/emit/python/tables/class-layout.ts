import type { Schema } from '../../../model.ts';
import { NameScope } from '../../../printer/index.ts';
import type { ValueDef } from '../names.ts';
import { keywords } from '../reserved-words.ts';

/** Where the class of one definition lives. */
export interface ClassPlace {
  /** As the schema spells it; `_` is appended to what no class may be called. */
  readonly name: string;
  /** The folders from the output's root: `['fb', 'acme', 'geo']`. */
  readonly folders: readonly string[];
}

/**
 * Names the class and the module of every definition, as flatc does: one class a module, named alike. Where a folder or a
 * module would hide another, `_` is appended to the later one.
 */
export class ClassLayout {
  readonly #places = new Map<ValueDef, ClassPlace>();

  /**
   * @param root the folder that holds all of them: `fb` for a plugin, none for a host
   * @param modules what else lies where they begin
   */
  constructor(schema: Schema, root: string | undefined, modules: readonly string[] = []) {
    const definitions = [...schema.enums, ...schema.structs, ...schema.tables, ...schema.unions];
    const scopes = new Map([['', new NameScope(['__init__', ...keywords, ...modules])]]);
    const folders = new Map<string, readonly string[]>([['', root === undefined ? [] : [root]]]);
    const scopeOf = (namespace: readonly string[]): NameScope => {
      const key = namespace.join('.');
      const known = scopes.get(key);
      if (known !== undefined) return known;
      const parent = namespace.slice(0, -1);
      const folder = scopeOf(parent).claim(namespace.at(-1)!);
      folders.set(key, [...folders.get(parent.join('.'))!, folder]);
      const scope = new NameScope(['__init__', ...keywords]);
      scopes.set(key, scope);
      return scope;
    };
    // Folders have their names before modules do: a type may be called like a namespace within its own.
    for (const { namespace } of definitions) scopeOf(namespace);
    for (const definition of definitions) {
      const { namespace } = definition;
      this.#places.set(definition, {
        name: scopeOf(namespace).claim(definition.name),
        folders: folders.get(namespace.join('.'))!,
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
