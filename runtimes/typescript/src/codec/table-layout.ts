/** Where the fields of one table lie while a certain set of them is present. */
export class TableShape {
  /** Which fields are present; -1 for the shape that stands in before there is any. */
  readonly mask: number;
  /** The vtable in 32-bit words; half a word of padding goes first where the vtable needs it. */
  readonly words: readonly number[];
  /** Of the vtable alone. */
  readonly vtableBytes: number;
  readonly tableBytes: number;
  /** The message that holds this vtable already, and its position there. The writer's own notes. */
  message = 0;
  vtable = 0;

  constructor(mask: number, entries: readonly number[], tableBytes: number) {
    const vtable = [2 * (entries.length + 2), tableBytes, ...entries];
    this.vtableBytes = 2 * vtable.length;
    if (vtable.length % 2 === 1) vtable.unshift(0);
    const words: number[] = [];
    for (let i = 0; i < vtable.length; i += 2) words.push(vtable[i]! | (vtable[i + 1]! << 16));
    this.mask = mask;
    this.words = words;
    this.tableBytes = tableBytes;
  }
}

/** Presence bits in one mask. Tables with more fields have several masks. */
const MASK_BITS = 30;

/**
 * How the fields of one table type are laid out. The generated encoder writes those present one after the
 * other, in the order given here: by falling alignment, so that nothing lies between them.
 */
export class TableLayout {
  /** Bytes, at least 4. */
  readonly alignment: number;
  /** The shape used last: messages mostly look like the one before. */
  last = new TableShape(-1, [], 4);
  readonly #fields: readonly (readonly [slot: number, bytes: number])[];
  readonly #shapes = new Map<number | string, TableShape>();

  /** @param fields in the order in which they are written */
  constructor(alignment: number, fields: readonly (readonly [slot: number, bytes: number])[]) {
    this.alignment = alignment;
    this.#fields = fields;
  }

  /** The shape for a set of present fields, bit n for field n; makes it the last one. */
  shape(mask: number): TableShape {
    return this.#remember(mask, mask, [mask]);
  }

  /** The same for tables of more than 30 fields: 30 bits a mask. */
  wideShape(masks: readonly number[]): TableShape {
    return this.#remember(masks.join(), 0, masks);
  }

  #remember(key: number | string, mask: number, masks: readonly number[]): TableShape {
    let shape = this.#shapes.get(key);
    if (shape === undefined) {
      shape = this.#compute(mask, masks);
      if (this.#shapes.size < MAX_SHAPES) this.#shapes.set(key, shape);
    }
    this.last = shape;
    return shape;
  }

  #compute(mask: number, masks: readonly number[]): TableShape {
    const entries: number[] = [];
    let end = 4;
    this.#fields.forEach(([slot, bytes], index) => {
      if ((masks[Math.floor(index / MASK_BITS)]! & (1 << (index % MASK_BITS))) === 0) return;
      while (entries.length <= slot) entries.push(0);
      entries[slot] = end;
      end += bytes;
    });
    return new TableShape(mask, entries, end);
  }
}

/** Shapes kept per table type; a peer that varies its values must not fill the memory. */
const MAX_SHAPES = 1024;
