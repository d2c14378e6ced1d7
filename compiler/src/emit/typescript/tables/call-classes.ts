import { NameScope } from '../../../printer/index.ts';
import type { ValueDef } from '../names.ts';
import { usedGlobals } from '../reserved-words.ts';
import type { SourceFile } from '../source-file.ts';
import type { ClassLayout } from './class-layout.ts';

/** The classes that one file refers to, by local names that clash with nothing else that it declares. */
export class CallClasses {
  readonly #file: SourceFile;
  readonly #layout: ClassLayout;
  readonly #scope: NameScope;
  readonly #locals = new Map<ValueDef, string>();

  /** @param declared what the file itself declares */
  constructor(file: SourceFile, layout: ClassLayout, declared: Iterable<string>) {
    this.#file = file;
    this.#layout = layout;
    this.#scope = new NameScope([
      ...usedGlobals,
      ...declared,
      'flatbuffers',
      'verify',
      'BigInt',
      'Math',
      'Partial',
    ]);
  }

  /** Imports the class of a definition, or the const object of a union, and returns its local name. */
  use(definition: ValueDef): string {
    const { name, module } = this.#layout.of(definition);
    let local = this.#locals.get(definition);
    if (local === undefined) this.#locals.set(definition, (local = this.#scope.claim(name)));
    this.#file.sibling(`./${module}`, local === name ? name : `${name} as ${local}`);
    return local;
  }
}
