import type { StructDef } from '../../../model.ts';
import { NameScope, Printer, pascalCase } from '../../../printer/index.ts';
import type { GeneratedFile } from '../../generated-file.ts';
import type { ValueDef } from '../names.ts';
import { keywords, usedGlobals } from '../reserved-words.ts';
import type { ClassLayout } from './class-layout.ts';

interface Import {
  readonly from: string;
  readonly exported: string;
  /** What it is called in this file. */
  readonly local: string;
  use: 'none' | 'type' | 'value';
}

/**
 * One file under way: its text, and what it imports. All definitions that it may refer to are given their local
 * names at the start, so that parameters can keep clear of them.
 */
export class ClassFile {
  readonly printer = new Printer();
  /** The name of the class, or const object, that this file exports. */
  readonly className: string;
  readonly #layout: ClassLayout;
  readonly #module: string;
  readonly #owner: ValueDef;
  readonly #classes = new Map<ValueDef, Import>();
  readonly #values = new Map<StructDef, Import>();
  readonly #locals: Set<string>;

  /**
   * @param uses the definitions it may refer to; those it does not are not imported
   * @param own names that it exports besides the class
   */
  constructor(layout: ClassLayout, owner: ValueDef, uses: Iterable<ValueDef>, own: readonly string[] = []) {
    this.#layout = layout;
    this.#owner = owner;
    const place = layout.of(owner);
    this.className = place.name;
    this.#module = place.module;
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
    return definition === this.#owner ? this.className : use(this.#classes.get(definition)!, 'type');
  }

  /** The local name of a definition, used at run time. */
  value(definition: ValueDef): string {
    return definition === this.#owner ? this.className : use(this.#classes.get(definition)!, 'value');
  }

  /** The local name of the interface of a struct's values. */
  valuesType(definition: StructDef): string {
    return use(this.#values.get(definition)!, 'type');
  }

  /** A scope for parameters and local variables: they must not hide what the file refers to. */
  parameters(...reserved: string[]): NameScope {
    return new NameScope([...reserved, ...keywords, ...usedGlobals, ...this.#locals, 'flatbuffers']);
  }

  /** @param flatbuffers whether it uses the official runtime */
  finish(header: string, flatbuffers: boolean): GeneratedFile {
    const head = new Printer();
    head.line(header.trimEnd());
    if (flatbuffers) {
      head.blank();
      head.line("import * as flatbuffers from 'flatbuffers';");
    }
    head.blank();
    const imports = [...this.#classes.values(), ...this.#values.values()].filter(({ use }) => use !== 'none');
    for (const { from, exported, local, use } of imports.sort((a, b) => (a.from < b.from ? -1 : 1))) {
      const binding = exported === local ? exported : `${exported} as ${local}`;
      head.list(`import ${use === 'type' ? 'type ' : ''}{`, [binding], `} from '${from}';`, { padded: true });
    }
    head.blank();
    return { path: `${this.#module}.ts`, text: `${head.toString()}\n${this.printer.toString()}` };
  }

  #import(definition: ValueDef, exported: string): Import {
    const from = this.#layout.specifier(this.#module, definition);
    let local = exported;
    if (this.#locals.has(local)) local = definition.namespace.map(pascalCase).join('') + exported;
    while (this.#locals.has(local)) local += '_';
    this.#locals.add(local);
    return { from, exported, local, use: 'none' };
  }
}

function use(entry: Import, as: 'type' | 'value'): string {
  if (entry.use !== 'value') entry.use = as;
  return entry.local;
}
