export interface ImportedName {
  readonly name: string;
  /** Only its type is used; languages without that difference ignore it. */
  readonly typeOnly: boolean;
}

export interface ImportedModule {
  readonly module: string;
  /** Sorted; empty where the module is imported as a whole. */
  readonly names: readonly ImportedName[];
  /** What the whole module is called locally; undefined where only names of it are imported. */
  readonly alias: string | undefined;
  /** The whole module is used for its types only. */
  readonly aliasTypeOnly: boolean;
}

/** Remembers what a file uses of other modules. Each language renders the result in its own way. */
export class ImportSet {
  readonly #modules = new Map<string, ModuleUse>();

  /** Notes the use of a value and returns its name. */
  value(module: string, name: string): string {
    this.#module(module).names.set(name, false);
    return name;
  }

  /** Notes the use of a type and returns its name. */
  type(module: string, name: string): string {
    const { names } = this.#module(module);
    if (!names.has(name)) names.set(name, true);
    return name;
  }

  /** Notes the use of a whole module under a local name and returns that name. */
  whole(module: string, alias: string): string {
    const use = this.#module(module);
    use.alias = alias;
    use.aliasTypeOnly = false;
    return alias;
  }

  /** The same, for its types only. */
  wholeType(module: string, alias: string): string {
    const use = this.#module(module);
    if (use.alias === undefined) use.aliasTypeOnly = true;
    use.alias = alias;
    return alias;
  }

  /** Modules in ascending order of their path. */
  modules(): readonly ImportedModule[] {
    return [...this.#modules]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([module, { names, ...alias }]) => ({
        module,
        ...alias,
        names: [...names].map(([name, typeOnly]) => ({ name, typeOnly })).sort(byName),
      }));
  }

  #module(module: string): ModuleUse {
    let use = this.#modules.get(module);
    if (use === undefined) {
      this.#modules.set(module, (use = { names: new Map(), alias: undefined, aliasTypeOnly: false }));
    }
    return use;
  }
}

interface ModuleUse {
  /** Whether only the type is used. */
  readonly names: Map<string, boolean>;
  alias: string | undefined;
  aliasTypeOnly: boolean;
}

/** Without regard to case, capitals first among equals. */
function byName(a: ImportedName, b: ImportedName): number {
  const [left, right] = [a.name.toLowerCase(), b.name.toLowerCase()];
  if (left !== right) return left < right ? -1 : 1;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
