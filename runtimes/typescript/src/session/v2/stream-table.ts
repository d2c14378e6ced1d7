const initialSlots = 64;

/**
 * Open streams by id. A ring indexed by the id's own bits, as ids rise by two; a stream that is still open
 * when the ring comes round to its slot moves to a map.
 */
export class StreamTable<T extends { readonly id: number }> {
  #slots: (T | undefined)[] = new Array(initialSlots).fill(undefined);
  #mask = initialSlots - 1;
  readonly #old = new Map<number, T>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(id: number): T | undefined {
    const entry = this.#slots[(id >>> 1) & this.#mask];
    if (entry !== undefined && entry.id === id) return entry;
    return this.#old.size === 0 ? undefined : this.#old.get(id);
  }

  /** Adds a stream whose id is not open. */
  add(entry: T): void {
    if (this.#size >= this.#slots.length / 2 && this.#slots.length < 65_536) this.#grow();
    this.#size++;
    this.#place(entry);
  }

  delete(id: number): void {
    const slot = (id >>> 1) & this.#mask;
    if (this.#slots[slot]?.id === id) this.#slots[slot] = undefined;
    else if (!this.#old.delete(id)) return;
    this.#size--;
  }

  /** All that are open, in no order. A copy: it may be changed meanwhile. */
  entries(): T[] {
    return [...this.#slots.filter((entry) => entry !== undefined), ...this.#old.values()];
  }

  clear(): void {
    this.#slots.fill(undefined);
    this.#old.clear();
    this.#size = 0;
  }

  #place(entry: T): void {
    const slot = (entry.id >>> 1) & this.#mask;
    const resident = this.#slots[slot];
    if (resident !== undefined) this.#old.set(resident.id, resident);
    this.#slots[slot] = entry;
  }

  #grow(): void {
    const entries = this.entries();
    this.#slots = new Array(this.#slots.length * 2).fill(undefined);
    this.#mask = this.#slots.length - 1;
    this.#old.clear();
    for (const entry of entries) this.#place(entry);
  }
}
