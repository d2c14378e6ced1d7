/**
 * Hands out names that are unique within one scope. The first to ask gets the name it wants; a later one,
 * or one that wants a reserved name, gets it with as many underscores appended as it takes.
 */
export class NameScope {
  readonly #taken: Set<string>;

  constructor(reserved: Iterable<string> = []) {
    this.#taken = new Set(reserved);
  }

  claim(wanted: string): string {
    let name = wanted;
    while (this.#taken.has(name)) name += '_';
    this.#taken.add(name);
    return name;
  }

  /** Claims related names together and returns the underscores, mostly none, with which all of them were free. */
  claimAll(spell: (underscores: string) => readonly string[]): string {
    let underscores = '';
    while (spell(underscores).some((name) => this.#taken.has(name))) underscores += '_';
    for (const name of spell(underscores)) this.#taken.add(name);
    return underscores;
  }
}
