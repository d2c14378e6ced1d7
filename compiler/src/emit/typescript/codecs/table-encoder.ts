import type { ScalarName, TableDef, TableField, UnionDef } from '../../../model.ts';
import { planTable, type TablePart, type TablePlan } from '../../table-parts.ts';
import { valueFields } from '../../value-fields.ts';
import { isChild, writeChild } from './child-code.ts';
import type { CodecFile } from './codec-file.ts';
import { type LocalName, localNames } from './local-names.ts';
import { defaultLiteral, differsFromDefault, storeScalar, wireScalar, wrongScalar } from './scalar-code.ts';

/** Bits in one presence mask; as in the runtime's `TableLayout`. */
const MASK_BITS = 30;

/** Prints a table's layout and the function that writes it. */
export function printTableEncoder(codecs: CodecFile, table: TableDef): void {
  const { body, names } = codecs;
  const plan = planTable(table);
  printLayout(codecs, table, plan);
  body.blank();
  body.line(`/** Writes one \`${table.name}\` and enters its offset at \`slot\`. */`);
  const parameters = [
    `writer: ${codecs.file.codecType('Writer')}`,
    'slot: number',
    `value: ${codecs.init(table)}`,
    'depth: number',
  ];
  const printer = new TableEncoder(codecs, table, plan);
  codecs.printFunction(`export function ${names.encoder(table)}`, parameters, 'void', () =>
    printer.printBody(),
  );
}

function printLayout(codecs: CodecFile, table: TableDef, { parts, alignment }: TablePlan): void {
  const { body } = codecs;
  const open = `const ${codecs.layout(table)} = new ${codecs.support('TableLayout')}(${alignment}, [`;
  const entries = parts.map((part) => `[${part.slot}, ${part.bytes}]`);
  // The formatter puts one entry a line as soon as there are two.
  if (entries.length < 2) body.line(`${open}${entries.join('')}]);`);
  else body.block(open, () => body.line(entries.map((entry) => `${entry},`).join('\n')), ']);');
}

/** The body of a function that writes one table, in four steps. */
class TableEncoder {
  readonly #codecs: CodecFile;
  readonly #table: TableDef;
  readonly #fields: readonly TableField[];
  readonly #parts: readonly TablePart[];
  readonly #local: (field: TableField) => LocalName;

  constructor(codecs: CodecFile, table: TableDef, plan: TablePlan) {
    this.#codecs = codecs;
    this.#table = table;
    this.#fields = valueFields(table);
    this.#parts = plan.parts;
    this.#local = localNames(table, codecs.names);
  }

  printBody(): void {
    this.#printUnpacking();
    const masks = this.#printChecks();
    const open = masks.length > 1 ? 'writer.wideTable' : 'writer.table';
    const mask = masks.length > 1 ? `[${masks.join(', ')}]` : masks[0]!;
    const call = `${open}(slot, ${this.#codecs.layout(this.#table)}, ${mask}, depth);`;
    this.#codecs.print(this.#parts.length > 0 ? `const table = ${call}` : call);
    this.#printInline();
    this.#printChildren();
  }

  /** Reads every property once: a getter has no second chance to give something else. */
  #printUnpacking(): void {
    const wrongValue = this.#codecs.support('wrongValue');
    this.#codecs.printIf(
      "typeof value !== 'object' || value === null",
      `${wrongValue}('${this.#table.name}', 'table', value);`,
    );
    if (this.#fields.length === 0) return;
    const patterns = this.#fields.map((field) => {
      const { property, variable } = this.#local(field);
      const name = property === variable ? property : `${property}: ${variable}`;
      const fallback = defaultLiteral(field);
      return fallback === undefined ? name : `${name} = ${fallback}`;
    });
    this.#codecs.printUnpacking(patterns);
  }

  /** Checks what is stored in the table itself and notes which fields are present. Returns the masks as expressions. */
  #printChecks(): string[] {
    const { body } = this.#codecs;
    const masks = this.#masks();
    for (const { name, value, varies } of masks) if (varies) body.line(`let ${name} = ${value};`);
    for (const field of this.#fields) {
      const note = field.required ? [] : this.#noteStatements(field, masks);
      if (field.type.kind === 'scalar' || field.type.kind === 'enum') {
        this.#printScalarCheck(field, wireScalar(field.type), note);
      } else {
        this.#printPresence(field, note);
        if (field.type.kind === 'union') this.#printCode(field, field.type.union);
      }
    }
    return masks.map((mask) => (mask.varies ? mask.name : mask.value));
  }

  #printScalarCheck(field: TableField, scalar: ScalarName, note: readonly string[]): void {
    const { variable } = this.#local(field);
    const wrong = wrongScalar(scalar, variable);
    const complain = `${this.#codecs.support('wrongValue')}(${this.#label(field)}, '${scalar}', ${variable});`;
    if (field.default.kind === 'value') {
      this.#codecs.printIf(wrong, complain);
      this.#printGuarded(this.#presence(field), note);
    } else {
      this.#codecs.printIfBlock(`${variable} !== undefined`, () => {
        this.#codecs.printIf(wrong, complain);
        for (const statement of note) this.#codecs.body.line(statement);
      });
    }
  }

  /** References are checked by what writes them; only those that would be mistaken for another's fault are here. */
  #printPresence(field: TableField, note: readonly string[]): void {
    const { kind } = field.type;
    if (!field.required) this.#printGuarded(this.#presence(field), note);
    else if (kind === 'table' || kind === 'struct' || kind === 'union') {
      const missing = `${this.#codecs.support('missingField')}(${this.#label(field)});`;
      this.#codecs.printIf(`${this.#local(field).variable} === undefined`, missing);
    }
  }

  #printCode(field: TableField, union: UnionDef): void {
    const { variable } = this.#local(field);
    const code = `${this.#codecs.codeOf(union)}(${variable}, ${this.#label(field)})`;
    if (field.required) this.#codecs.print(`const ${variable}Code = ${code};`);
    else this.#codecs.printChoice(`const ${variable}Code =`, `${variable} === undefined`, '0', code, ';');
  }

  /** Writes what the table itself holds, and remembers where the offsets of children go. */
  #printInline(): void {
    const { body } = this.#codecs;
    if (this.#parts.some((part) => this.#storesInView(part))) body.line('const view = writer.view;');
    let offset = 4;
    let running = false;
    this.#parts.forEach((part, index) => {
      const last = index === this.#parts.length - 1;
      const present = this.#presence(part.field);
      if (present !== undefined && !last && !running) {
        body.line(`let at = table + ${offset};`);
        running = true;
      }
      const at = running ? 'at' : `table + ${offset}`;
      const advance = running && !last ? [`at += ${part.bytes};`] : [];
      offset += part.bytes;
      if (this.#storesInView(part)) {
        this.#printGuarded(present, [this.#store(part, at), ...advance]);
      } else {
        body.line(`const ${this.#slot(part)} = ${at};`);
        if (advance.length > 0) this.#printGuarded(present, advance);
      }
    });
  }

  #printChildren(): void {
    for (const field of this.#fields) {
      if (!isChild(field)) continue;
      const { variable } = this.#local(field);
      const statement = writeChild(this.#codecs, field, {
        variable,
        slot: `${variable}Slot`,
        codesSlot: `${variable}CodeSlot`,
        label: this.#label(field),
      });
      this.#printGuarded(this.#presence(field), [statement]);
    }
  }

  /** The condition under which a field is written; undefined = always. */
  #presence(field: TableField): string | undefined {
    if (field.required) return undefined;
    const { variable } = this.#local(field);
    const fallback = defaultLiteral(field);
    if (fallback === undefined || (field.type.kind !== 'scalar' && field.type.kind !== 'enum')) {
      return `${variable} !== undefined`;
    }
    return differsFromDefault(wireScalar(field.type), variable, fallback);
  }

  #masks(): { name: string; value: string; varies: boolean }[] {
    const count = Math.max(1, Math.ceil(this.#parts.length / MASK_BITS));
    return Array.from({ length: count }, (_, n) => {
      const group = this.#parts.slice(n * MASK_BITS, (n + 1) * MASK_BITS);
      let value = 0;
      group.forEach((part, bit) => {
        if (part.always) value |= 1 << bit;
      });
      const name = count === 1 ? 'mask' : `mask${n}`;
      return { name, value: `${value}`, varies: group.some((part) => !part.always) };
    });
  }

  #noteStatements(field: TableField, masks: readonly { name: string }[]): string[] {
    const bits = masks.map(() => 0);
    this.#parts.forEach((part, index) => {
      if (part.field === field) bits[Math.floor(index / MASK_BITS)]! |= 1 << (index % MASK_BITS);
    });
    return bits.flatMap((bit, n) => (bit === 0 ? [] : [`${masks[n]!.name} |= ${bit};`]));
  }

  #storesInView(part: TablePart): boolean {
    return !isChild(part.field) || (part.role === 'codes' && part.field.type.kind === 'union');
  }

  #store(part: TablePart, at: string): string {
    const { variable } = this.#local(part.field);
    const { type } = part.field;
    // A bool that is written is known: it is not its default.
    if (type.kind === 'scalar' && type.scalar === 'bool' && part.field.default.kind === 'value') {
      return `view.setUint8(${at}, ${part.field.default.value ? 0 : 1});`;
    }
    if (type.kind === 'scalar' || type.kind === 'enum') return storeScalar(wireScalar(type), at, variable);
    if (type.kind === 'struct')
      return `${this.#codecs.names.encoder(type.struct)}(view, ${at}, ${variable});`;
    return `view.setUint8(${at}, ${variable}Code);`;
  }

  #slot(part: TablePart): string {
    const { variable } = this.#local(part.field);
    return part.role === 'codes' ? `${variable}CodeSlot` : `${variable}Slot`;
  }

  #label(field: TableField): string {
    return `'${this.#table.name}.${field.name}'`;
  }

  #printGuarded(condition: string | undefined, statements: readonly string[]): void {
    if (condition === undefined) for (const statement of statements) this.#codecs.print(statement);
    else if (statements.length === 1) this.#codecs.printIf(condition, statements[0]!);
    else {
      this.#codecs.printIfBlock(condition, () => {
        for (const statement of statements) this.#codecs.print(statement);
      });
    }
  }
}
