import type { TableDef, TableField } from '../../../model.ts';
import { stringLiteral } from '../../../printer/index.ts';
import { planTable, type TablePart } from '../../table-parts.ts';
import { valueFields } from '../../value-fields.ts';
import type { GoNames } from '../names.ts';
import { differsFromDefault, storeScalar } from '../scalar-code.ts';
import type { GoFile } from '../source-file.ts';
import { isPointer } from '../value-types.ts';
import { isChild, writeChild } from './child-code.ts';

/** Presence bits in one mask, as in the codec. */
const MASK_BITS = 64;

/** Prints a table's layout and the function that writes it. */
export function printTableEncoder(file: GoFile, table: TableDef, names: GoNames): void {
  const { body } = file;
  const { parts, alignment } = planTable(table);
  const stem = names.stem(table);
  const entries = parts.map((part) => `[2]int{${part.slot}, ${part.bytes}}`);
  const newLayout = file.use('codec', 'NewLayout');
  body.list(`var layoutOf${stem} = ${newLayout}(`, [`${alignment}`, ...entries], ')');
  body.blank();
  body.line(`// encode${stem} writes one ${table.name} and enters its offset at slot.`);
  const writer = file.use('codec', 'Writer');
  const parameters = `w *${writer}, slot int, v *${names.value(table)}, depth int`;
  const encoder = new TableEncoder(file, table, parts, names);
  body.block(`func encode${stem}(${parameters}) {`, () => encoder.printBody());
}

/** The body of a function that writes one table, in four steps. */
class TableEncoder {
  readonly #file: GoFile;
  readonly #table: TableDef;
  readonly #fields: readonly TableField[];
  readonly #parts: readonly TablePart[];
  readonly #names: GoNames;

  constructor(file: GoFile, table: TableDef, parts: readonly TablePart[], names: GoNames) {
    this.#file = file;
    this.#table = table;
    this.#fields = valueFields(table);
    this.#parts = parts;
    this.#names = names;
  }

  printBody(): void {
    const { body } = this.#file;
    body.block('if v == nil {', () => {
      body.line(`w.Missing("${this.#table.name}")`);
      body.line('return');
    });
    this.#printRequired();
    const isWide = this.#parts.length > MASK_BITS;
    const mask = this.#printMask(isWide);
    const call = `w.${isWide ? 'WideTable' : 'Table'}(slot, layoutOf${this.#names.stem(this.#table)}, ${mask}, depth)`;
    if (this.#parts.length === 0) {
      body.line(call);
      return;
    }
    const slot = this.#onlySlot();
    const at = slot ?? 'at';
    body.line(`${at} := ${call}`);
    body.block(`if ${at} == 0 {`, () => body.line('return'));
    if (slot === undefined) this.#printInline();
    this.#printChildren();
  }

  /** Where the offset goes of a child that is all the table has. */
  #onlySlot(): string | undefined {
    const [part, ...others] = this.#parts;
    const isOnlyChild = part !== undefined && others.length === 0 && isChild(part.field);
    return isOnlyChild ? `slot${part.slot}` : undefined;
  }

  /** Required fields that a Go value can lack. A nil vector is an empty one. */
  #printRequired(): void {
    const { body } = this.#file;
    for (const field of this.#fields) {
      const { kind } = field.type;
      if (!field.required || kind !== 'union') continue;
      body.block(`if ${this.#value(field)} == nil {`, () => {
        body.line(`w.Missing(${this.#label(field)})`);
        body.line('return');
      });
    }
  }

  /** Prints how it is known which parts are present, unless that is always the same; gives the expression that says so. */
  #printMask(isWide: boolean): string {
    if (this.#parts.length === 0) return '0';
    const { body } = this.#file;
    const count = Math.ceil(this.#parts.length / MASK_BITS);
    const always = Array.from({ length: count }, () => 0n);
    const bits = new Map<TableField, bigint[]>();
    this.#parts.forEach((part, index) => {
      const group = Math.floor(index / MASK_BITS);
      const bit = 1n << BigInt(index % MASK_BITS);
      if (part.always) {
        always[group]! |= bit;
        return;
      }
      const own = bits.get(part.field) ?? Array.from({ length: count }, () => 0n);
      own[group]! |= bit;
      bits.set(part.field, own);
    });
    if (!isWide && bits.size === 0) return hex(always[0]!);
    if (isWide) body.line(`mask := [${count}]uint64{${always.map(hex).join(', ')}}`);
    else if (always[0] === 0n) body.line('var mask uint64');
    else body.line(`mask := uint64(${hex(always[0]!)})`);
    for (const field of this.#fields) {
      const own = bits.get(field);
      if (own === undefined) continue;
      body.block(`if ${this.#presence(field)!} {`, () =>
        own.forEach((bit, group) => {
          if (bit !== 0n) body.line(`mask${isWide ? `[${group}]` : ''} |= ${hex(bit)}`);
        }),
      );
    }
    return isWide ? 'mask[:]' : 'mask';
  }

  /** Writes what the table itself holds, and remembers where the offsets of children go. */
  #printInline(): void {
    const { body } = this.#file;
    this.#parts.forEach((part, index) => {
      const isLast = index === this.#parts.length - 1;
      const advance = isLast ? [] : [`at += ${part.bytes}`];
      const present = this.#presence(part.field);
      if (isChild(part.field) && !isUnionCode(part)) {
        body.line(`slot${part.slot} := at`);
        this.#printGuarded(present, advance);
      } else {
        this.#printGuarded(present, [this.#store(part), ...advance]);
      }
    });
  }

  #printChildren(): void {
    for (const field of this.#fields) {
      if (!isChild(field)) continue;
      const value = isPointer(field) ? `*${this.#value(field)}` : this.#value(field);
      this.#printGuarded(
        this.#presence(field),
        writeChild(this.#file, this.#names, field, value, this.#label(field)),
      );
    }
  }

  /** The condition under which a field is written; undefined = always. */
  #presence(field: TableField): string | undefined {
    if (field.required) return undefined;
    const value = this.#value(field);
    if (field.type.kind === 'string' && field.default.kind === 'string') {
      return `${value} != ${stringLiteral(field.default.value, '"')}`;
    }
    if (field.default.kind === 'value') return differsFromDefault(this.#file, field, value);
    return `${value} != nil`;
  }

  #store(part: TablePart): string {
    const { field } = part;
    const { type } = field;
    const value = this.#value(field);
    if (type.kind === 'scalar' || type.kind === 'enum') {
      return storeScalar(type, 'at', isPointer(field) ? `*${value}` : value);
    }
    if (type.kind === 'struct') {
      return `put${this.#names.stem(type.struct)}(w, at, ${isPointer(field) ? '' : '&'}${value})`;
    }
    if (type.kind !== 'union') throw new Error(`${field.name} stands outside of its table`);
    return `w.PutUint8(at, codeOf${this.#names.stem(type.union)}(w, ${value}, ${this.#label(field)}))`;
  }

  #value(field: TableField): string {
    return `v.${this.#names.field(this.#table, field.name)}`;
  }

  #label(field: TableField): string {
    return `"${this.#table.name}.${field.name}"`;
  }

  #printGuarded(condition: string | undefined, statements: readonly string[]): void {
    const { body } = this.#file;
    if (statements.length === 0) return;
    if (condition === undefined) for (const statement of statements) body.line(statement);
    else {
      body.block(`if ${condition} {`, () => {
        for (const statement of statements) body.line(statement);
      });
    }
  }
}

/** The one part of a child that is no offset. */
function isUnionCode(part: TablePart): boolean {
  return part.role === 'codes' && part.field.type.kind === 'union';
}

function hex(bits: bigint): string {
  return `0x${bits.toString(16)}`;
}
