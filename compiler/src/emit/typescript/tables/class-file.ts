import type { StructDef } from '../../../model.ts';
import { NameScope, type Printer, pascalCase } from '../../../printer/index.ts';
import type { GeneratedFile } from '../../generated-file.ts';
import type { ValueDef } from '../names.ts';
import { objectMembers, usedGlobals } from '../reserved-words.ts';
import { type EmitContext, SourceFile } from '../source-file.ts';
import type { ClassLayout } from './class-layout.ts';
import { flatcKeywords } from './flatc-keywords.ts';

interface Import {
  /** Relative, without an extension. */
  readonly module: string;
  readonly exported: string;
  /** What it is called in this file. */
  readonly local: string;
}

/**
 * One file under way: its text, and what it imports. All definitions that it may refer to are given their local
 * names at the start, so that parameters can keep clear of them.
 */
export class ClassFile {
  readonly printer: Printer;
  /** The name of the class, or const object, that this file exports. */
  readonly className: string;
  readonly #file: SourceFile;
  readonly #layout: ClassLayout;
  readonly #owner: ValueDef;
  readonly #classes = new Map<ValueDef, Import>();
  readonly #values = new Map<StructDef, Import>();
  readonly #locals: Set<string>;

  /**
   * @param uses the definitions it may refer to; those it does not are not imported
   * @param own names that it declares besides the class
   */
  constructor(
    context: EmitContext,
    layout: ClassLayout,
    owner: ValueDef,
    uses: Iterable<ValueDef>,
    own: readonly string[] = [],
  ) {
    const place = layout.of(owner);
    this.#file = new SourceFile(context, `${place.module}.ts`);
    this.printer = this.#file.body;
    this.className = place.name;
    this.#layout = layout;
    this.#owner = owner;
    this.#locals = new Set([place.name, ...own]);
    const others = [...new Set(uses)].filter((definition) => definition !== owner);
    for (const definition of others) {
      this.#classes.set(definition, this.#import(definition, layout.of(definition).name));
    }
    for (const definition of others) {
      if (definition.kind !== 'struct') continue;
      this.#values.set(definition, this.#import(definition, layout.of(definition).valuesName));
    }
  }

  /** The local name of a definition, used as a type only. */
  type(definition: ValueDef): string {
    return definition === this.#owner ? this.className : this.#useType(this.#classes.get(definition)!);
  }

  /** The local name of a definition, used at run time. */
  value(definition: ValueDef): string {
    if (definition === this.#owner) return this.className;
    const used = this.#classes.get(definition)!;
    this.#file.sibling(used.module, binding(used));
    return used.local;
  }

  /** The local name of the interface of a struct's values. */
  valuesType(definition: StructDef): string {
    return this.#useType(this.#values.get(definition)!);
  }

  /** Notes the use of the official runtime, which is then called `flatbuffers`. */
  flatbuffers(as: 'type' | 'value'): void {
    if (as === 'type') this.#file.imports.wholeType('flatbuffers', 'flatbuffers');
    else this.#file.imports.whole('flatbuffers', 'flatbuffers');
  }

  /** A scope for parameters and local variables: they must not hide what the file refers to. */
  parameters(...reserved: string[]): NameScope {
    const languages = ['await', 'eval', 'undefined', 'NaN', 'Infinity', ...objectMembers, ...usedGlobals];
    return new NameScope([...reserved, ...flatcKeywords, ...languages, ...this.#locals, 'flatbuffers']);
  }

  finish(): GeneratedFile {
    return this.#file.finish();
  }

  #import(definition: ValueDef, exported: string): Import {
    const module = this.#layout.specifier(this.#layout.of(this.#owner).module, definition);
    let local = exported;
    if (this.#locals.has(local)) local = definition.namespace.map(pascalCase).join('') + exported;
    while (this.#locals.has(local)) local += '_';
    this.#locals.add(local);
    return { module, exported, local };
  }

  #useType(used: Import): string {
    this.#file.siblingType(used.module, binding(used));
    return used.local;
  }
}

function binding({ exported, local }: Import): string {
  return exported === local ? exported : `${exported} as ${local}`;
}
