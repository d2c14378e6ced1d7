import type { TableDef, TableField } from '../../../model.ts';
import { NameScope, type Printer } from '../../../printer/index.ts';
import type { TablePart } from '../../table-parts.ts';
import { valueFields } from '../../value-fields.ts';
import { pythonString } from '../literal.ts';
import type { PythonNames } from '../names.ts';
import { ambiguous, builtins, keywords } from '../reserved-words.ts';
import { defaultNumber, formatOf, scalarBytes, wireScalar } from '../scalar-code.ts';
import type { PythonFile } from '../source-file.ts';
import { isBytes } from '../value-types.ts';
import { enumMap } from './enum-map.ts';
import { printFunction } from './print-function.ts';
import { printTuple } from './print-tuple.ts';
import { structForm } from './struct-codec.ts';
import { planOf, type TablePlan } from './table-plan.ts';

/** Prints how the fields of a table are found, and the function that reads one. */
export function printTableDecoder(file: PythonFile, table: TableDef, names: PythonNames): void {
  new TableDecoder(file, table, names).print();
}

class TableDecoder {
  readonly #file: PythonFile;
  readonly #table: TableDef;
  readonly #names: PythonNames;
  readonly #plan: TablePlan;
  readonly #constant: string;
  readonly #structs: readonly TablePart[];
  readonly #scalars: readonly TablePart[];
  /** What holds a part's offset or number. */
  readonly #values = new Map<TablePart, string>();
  /** What holds where the part lies in the table. */
  readonly #places = new Map<TablePart, string>();

  constructor(file: PythonFile, table: TableDef, names: PythonNames) {
    this.#file = file;
    this.#table = table;
    this.#names = names;
    this.#plan = planOf(table);
    this.#constant = `_${names.snake(table).toUpperCase()}_FIELDS`;
    this.#structs = this.#plan.inline.filter(({ field }) => field.type.kind === 'struct');
    this.#scalars = this.#plan.inline.filter(({ field }) => field.type.kind !== 'struct');
    const taken = 'reader at depth places codec values each list Any';
    const scope = new NameScope([...keywords, ...builtins, ...ambiguous, ...taken.split(' ')]);
    for (const part of [...this.#plan.references, ...this.#plan.inline]) {
      const name = `${names.attribute(table, part.field.name)}${part.role === 'codes' ? '_codes' : ''}`;
      this.#values.set(part, scope.claim(name));
    }
    for (const part of [...this.#plan.references, ...this.#structs]) {
      const name = `${names.attribute(table, part.field.name)}${part.role === 'codes' ? '_codes' : ''}_at`;
      this.#places.set(part, scope.claim(name));
    }
  }

  print(): void {
    const { body } = this.#file;
    const fields = valueFields(this.#table);
    this.#printFields();
    const value = this.#file.sibling('values', this.#names.value(this.#table));
    const parameters = [`reader: ${this.#file.codec('Reader')}`, 'at: int', 'depth: int'];
    printFunction(this.#file, `read_${this.#names.snake(this.#table)}`, parameters, value, () => {
      body.line('"""Read the table at a position."""');
      const found = [...this.#plan.references, ...this.#scalars];
      const placed = [...this.#plan.references, ...this.#structs];
      body.line(`${fields.length > 0 ? 'places = ' : ''}reader.table(${this.#constant}, at, depth)`);
      if (found.length > 0) {
        this.#printUnpacking(
          found.map((part) => this.#values.get(part)!),
          'places.read(reader.data, at)',
        );
      }
      if (placed.length > 0)
        this.#printUnpacking(
          placed.map((part) => this.#places.get(part)!),
          'places.places',
        );
      for (const field of fields) this.#printChecks(field);
      this.#printValue(value, fields);
    });
  }

  #printFields(): void {
    const { body } = this.#file;
    // The encoder of the same table stands before it.
    this.#file.constants(true);
    const scalars = this.#scalars.map(({ field, slot }) => {
      const { type } = field;
      if (type.kind !== 'scalar' && type.kind !== 'enum') return `(${slot}, "B", 0)`;
      return `(${slot}, "${formatOf[wireScalar(type)]}", ${defaultNumber(field) ?? 'None'})`;
    });
    body.line(`${this.#constant} = ${this.#file.codec('TableFields')}(`);
    body.indented(() => {
      printTuple(
        body,
        this.#plan.references.map(({ slot }) => `${slot}`),
        ',',
      );
      printTuple(
        body,
        this.#structs.map(({ slot, bytes }) => `(${slot}, ${bytes})`),
        ',',
      );
      printTuple(body, scalars, ',');
    });
    body.line(')');
  }

  #printUnpacking(targets: readonly string[], source: string): void {
    const { body } = this.#file;
    const flat = targets.length === 1 ? `(${targets[0]},) = ${source}` : `${targets.join(', ')} = ${source}`;
    if (body.fits(flat)) body.line(flat);
    else body.list('(', targets, `) = ${source}`);
  }

  /** What is wrong where something is missing. */
  #printChecks(field: TableField): void {
    const { body } = this.#file;
    const label = `${this.#table.name}.${field.name}`;
    const parts = this.#plan.partsOf(field);
    const part = parts.find(({ role }) => role === 'value')!;
    const missing = (what: string): void =>
      body.indented(() => body.line(`raise ${this.#file.codec('missing_field')}("${what}")`));
    if (field.type.kind === 'union') {
      const codes = this.#values.get(parts.find(({ role }) => role === 'codes')!)!;
      if (field.required) {
        body.line(`if not ${codes}:`);
        missing(label);
      }
      body.line(
        field.required
          ? `if ${this.#values.get(part)} is None:`
          : `if ${codes} and ${this.#values.get(part)} is None:`,
      );
      missing(`the value of ${label}`);
    } else if (field.required) {
      const isStruct = field.type.kind === 'struct';
      body.line(isStruct ? `if ${this.#places.get(part)} == 0:` : `if ${this.#values.get(part)} is None:`);
      missing(label);
    }
  }

  #printValue(type: string, fields: readonly TableField[]): void {
    const { body } = this.#file;
    const items = fields.map(
      (field) => [this.#names.attribute(this.#table, field.name), this.#valueOf(field)] as const,
    );
    const flat = `return ${type}(${items.map(([name, value]) => `${name}=${value}`).join(', ')})`;
    if (body.fits(flat)) {
      body.line(flat);
      return;
    }
    body.line(`return ${type}(`);
    body.indented(() => {
      for (const [name, value] of items) printArgument(body, `${name}=`, value);
    });
    body.line(')');
  }

  #valueOf(field: TableField): string {
    const parts = this.#plan.partsOf(field);
    const part = parts.find(({ role }) => role === 'value')!;
    const value = this.#values.get(part)!;
    const { type } = field;
    if (type.kind === 'scalar') return value;
    if (type.kind === 'enum') return `${enumMap(type.enum, this.#names)}.get(${value}, ${value})`;
    const place = this.#places.get(part)!;
    if (type.kind === 'struct') {
      const form = structForm(type.struct, this.#names);
      const loaded = `_load_${this.#names.snake(type.struct)}(${form}.unpack_from(reader.data, at + ${place}), 0)`;
      return field.required ? loaded : `None if ${place} == 0 else ${loaded}`;
    }
    const codes = parts.find(({ role }) => role === 'codes');
    const read = this.#read(field, `at + ${place}`, value, codes);
    if (field.required) return read;
    if (type.kind === 'union') return `${read} if ${this.#values.get(codes!)} else None`;
    return `${this.#absent(field)} if ${value} is None else ${read}`;
  }

  #absent(field: TableField): string {
    if (field.default.kind === 'string') return pythonString(field.default.value);
    if (field.default.kind !== 'empty-vector') return 'None';
    return field.type.kind === 'vector' && isBytes(field.type.element) ? 'b""' : '[]';
  }

  /** The expression that reads what lies outside of the table. */
  #read(field: TableField, slot: string, offset: string, codes: TablePart | undefined): string {
    const { type } = field;
    const where = `${slot}, ${offset}`;
    const snake = (definition: Parameters<PythonNames['snake']>[0]): string => this.#names.snake(definition);
    if (type.kind === 'string') return `reader.string(${where})`;
    if (type.kind === 'table') return `read_${snake(type.table)}(reader, reader.follow(${where}), depth + 1)`;
    if (type.kind === 'union') {
      return `_read_${snake(type.union)}(reader, ${this.#values.get(codes!)}, ${where}, depth + 1)`;
    }
    if (type.kind !== 'vector') throw new Error(`${field.name} lies within its table`);
    const { element } = type;
    if (isBytes(element)) return `reader.byte_vector(${where})`;
    switch (element.kind) {
      case 'scalar':
      case 'enum': {
        const scalar = wireScalar(element);
        const all = `reader.scalars(${where}, "${formatOf[scalar]}", ${scalarBytes[scalar]})`;
        if (element.kind === 'scalar') return all;
        return `[${enumMap(element.enum, this.#names)}.get(each, each) for each in ${all}]`;
      }
      case 'string':
        return `reader.strings(${where})`;
      case 'struct': {
        const form = structForm(element.struct, this.#names);
        return `reader.structs(${where}, ${form}, _load_${snake(element.struct)})`;
      }
      case 'table':
        return `reader.tables(${where}, read_${snake(element.table)}, depth + 1)`;
      case 'union': {
        const label = `"${this.#table.name}.${field.name}"`;
        const codesWhere = `at + ${this.#places.get(codes!)}, ${this.#values.get(codes!)}`;
        return `_read_all_${snake(element.union)}(reader, ${label}, ${codesWhere}, ${where}, depth + 1)`;
      }
    }
  }
}

/** One argument a line, broken as the formatter does it: at `if` and `else`, then between the brackets of a call. */
function printArgument(printer: Printer, name: string, value: string): void {
  if (printer.fits(`${name}${value},`)) {
    printer.line(`${name}${value},`);
    return;
  }
  const [then, condition, otherwise] = splitConditional(value);
  if (condition === undefined || otherwise === undefined) {
    printCall(printer, `${name}${then}`);
    return;
  }
  printCall(printer, `${name}${then}`, '');
  printer.line(`if ${condition}`);
  printCall(printer, `else ${otherwise}`);
}

function splitConditional(value: string): string[] {
  const match = /^(.*?) if (.*?) else (.*)$/s.exec(value);
  return match === null ? [value] : match.slice(1);
}

function printCall(printer: Printer, text: string, after = ','): void {
  if (printer.fits(`${text}${after}`)) {
    printer.line(`${text}${after}`);
    return;
  }
  // A call, or a list that is made in place.
  const open = text.search(/[([]/);
  printer.line(text.slice(0, open + 1));
  printer.indented(() => {
    for (const part of text.slice(open + 1, -1).split(/ (?=for each in )/)) printer.line(part);
  });
  printer.line(`${text.at(-1)}${after}`);
}
