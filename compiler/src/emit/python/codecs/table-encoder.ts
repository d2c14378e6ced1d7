import type { TableDef, TableField } from '../../../model.ts';
import { NameScope } from '../../../printer/index.ts';
import type { TablePart } from '../../table-parts.ts';
import { valueFields } from '../../value-fields.ts';
import { pythonString } from '../literal.ts';
import type { PythonNames } from '../names.ts';
import { ambiguous, builtins, keywords } from '../reserved-words.ts';
import { differsFromDefault, formatOf, scalarBytes, wireScalar } from '../scalar-code.ts';
import type { PythonFile } from '../source-file.ts';
import { canBeAbsent, isBytes } from '../value-types.ts';
import { fieldTypes } from './field-types.ts';
import { printFunction } from './print-function.ts';
import { printTuple } from './print-tuple.ts';
import { planOf, type TablePlan } from './table-plan.ts';

/** Prints the layout of a table and the function that writes one. */
export function printTableEncoder(file: PythonFile, table: TableDef, names: PythonNames): void {
  new TableEncoder(file, table, names).print();
}

class TableEncoder {
  readonly #file: PythonFile;
  readonly #table: TableDef;
  readonly #names: PythonNames;
  readonly #plan: TablePlan;
  readonly #layout: string;
  readonly #fields: readonly TableField[];
  /** The local variable of each field that may be absent. */
  readonly #locals = new Map<TableField, string>();

  constructor(file: PythonFile, table: TableDef, names: PythonNames) {
    this.#file = file;
    this.#table = table;
    this.#names = names;
    this.#plan = planOf(table);
    this.#layout = `_${names.snake(table).toUpperCase()}_LAYOUT`;
    this.#fields = valueFields(table);
    const taken = 'out vtables value depth mask shape at vtable slot parts error codec values Any bytes';
    const scope = new NameScope([...keywords, ...builtins, ...ambiguous, ...taken.split(' ')]);
    for (const field of this.#fields) {
      this.#locals.set(field, scope.claim(names.attribute(table, field.name)));
    }
  }

  print(): void {
    const { body } = this.#file;
    this.#printLayout();
    const value = this.#file.sibling('values', this.#names.value(this.#table));
    const parameters = [
      'out: bytearray',
      `vtables: ${this.#file.codec('Vtables')}`,
      `value: ${value}`,
      'depth: int',
    ];
    printFunction(this.#file, `write_${this.#names.snake(this.#table)}`, parameters, 'int', () => {
      body.line('"""Append a value and return where it begins."""');
      body.line(`if depth > ${this.#file.codec('MAX_DEPTH')}:`);
      body.indented(() => body.line(`raise ${this.#file.codec('too_deep')}()`));
      for (const field of this.#fields) this.#printRequired(field);
      body.line('try:');
      body.indented(() => {
        if (this.#fields.every(({ required }) => required)) this.#printFixed();
        else this.#printVarying();
      });
      body.line(`except ${this.#file.codec('WRONG_VALUE')} as error:`);
      body.indented(() => {
        const found = `"${this.#table.name}", value, ${this.#layout}.fields, error`;
        const raised = `raise ${this.#file.codec('wrong_value')}(${found}) from None`;
        if (body.fits(raised)) body.line(raised);
        else body.line(`raise ${this.#file.codec('wrong_value')}(\n    ${found}\n) from None`);
      });
      body.line('return at');
    });
  }

  #printLayout(): void {
    const { body } = this.#file;
    this.#file.constants(true);
    body.line(`${this.#layout} = ${this.#file.codec('TableLayout')}(`);
    body.indented(() => {
      body.line(`"${this.#table.name}",`);
      printTuple(
        body,
        this.#plan.references.map(({ slot }) => `${slot}`),
        ',',
      );
      printTuple(body, this.#plan.inline.map(inlinePart), ',');
      printTuple(body, fieldTypes(this.#table, this.#fields, this.#names), ',');
    });
    body.line(')');
  }

  /** What `wrong_value` could not tell from others: it looks at types. */
  #printRequired(field: TableField): void {
    if (!field.required || (field.type.kind !== 'union' && field.type.kind !== 'struct')) return;
    const { body } = this.#file;
    body.line(`if ${this.#attribute(field)} is None:`);
    body.indented(() => {
      body.line(`raise ${this.#file.codec('missing_field')}("${this.#table.name}.${field.name}")`);
    });
  }

  /** All of it is always there: one expression. */
  #printFixed(): void {
    const { body } = this.#file;
    const all = this.#maskOf([...this.#plan.references, ...this.#plan.inline]);
    body.line(`shape = ${this.#layout}[${all}]`);
    body.line('at, vtable = shape.open(out, vtables)');
    const references = this.#plan.references.map(
      (part, n) => `${this.#written(part, this.#attribute(part.field))} - at - ${4 + 4 * n}`,
    );
    const inline = this.#plan.inline.map((part) => this.#inlineValue(part, this.#attribute(part.field)));
    const parts = ['out', 'at', 'at - vtable', ...references, ...inline];
    const flat = `shape.pack_into(${parts.join(', ')})`;
    if (body.fits(flat)) body.line(flat);
    else {
      body.line('shape.pack_into(');
      body.indented(() => {
        for (const part of parts) body.line(`${part},`);
      });
      body.line(')');
    }
  }

  #printVarying(): void {
    const { body } = this.#file;
    this.#file.from('typing', 'Any');
    const always = [...this.#plan.references, ...this.#plan.inline].filter((part) => part.always);
    body.line(`mask = ${this.#maskOf(always)}`);
    for (const field of this.#fields.filter(({ required }) => !required)) {
      body.line(`if ${this.#presence(field)}:`);
      body.indented(() => body.line(`mask |= ${this.#maskOf(this.#plan.partsOf(field))}`));
    }
    body.line(`shape = ${this.#layout}[mask]`);
    body.line('at, vtable = shape.open(out, vtables)');
    if (this.#plan.references.length > 0) body.line('slot = at + 4');
    body.line('parts: list[Any] = []');
    this.#plan.references.forEach((part, n) => {
      this.#ifPresent(part, (value) => {
        body.line(`parts.append(${this.#written(part, value)} - slot)`);
        if (n < this.#plan.references.length - 1) body.line('slot += 4');
      });
    });
    for (const part of this.#plan.inline) {
      this.#ifPresent(part, (value) => body.line(`parts.append(${this.#inlineValue(part, value)})`));
    }
    body.line('shape.pack_into(out, at, at - vtable, *parts)');
  }

  #ifPresent(part: TablePart, print: (value: string) => void): void {
    const { body } = this.#file;
    const { field } = part;
    if (field.required) {
      print(this.#attribute(field));
      return;
    }
    const local = this.#locals.get(field)!;
    // The type checker follows the one test, and the other is all that a default leaves.
    body.line(canBeAbsent(field) ? `if ${local} is not None:` : `if mask & ${this.#maskOf([part])}:`);
    body.indented(() => print(local));
  }

  /** An expression that sets the field's variable, and is true when the field is written. */
  #presence(field: TableField): string {
    const local = this.#locals.get(field)!;
    const set = `(${local} := ${this.#attribute(field)})`;
    switch (field.default.kind) {
      case 'absent':
        return `${set} is not None`;
      case 'string':
        return `${set} != ${pythonString(field.default.value)}`;
      case 'empty-vector':
        return `len${set}`;
      case 'value':
        return differsFromDefault(field, local, this.#attribute(field), this.#isMinusZero(field));
    }
  }

  #isMinusZero(field: TableField): string {
    const { type } = field;
    if (type.kind !== 'scalar' || !type.scalar.startsWith('float')) return '';
    const { value } = field.default as { value: number };
    return value === 0 ? this.#file.codec('is_minus_zero') : '';
  }

  #attribute(field: TableField): string {
    return `value.${this.#names.attribute(this.#table, field.name)}`;
  }

  #maskOf(parts: readonly TablePart[]): string {
    return `0x${parts
      .reduce((mask, part) => mask | this.#plan.bit(part), 0n)
      .toString(16)
      .toUpperCase()}`;
  }

  /** The expression that writes what lies outside of the table. */
  #written({ field, role }: TablePart, value: string): string {
    const codec = (name: string): string => this.#file.codec(name);
    const snake = (definition: Parameters<PythonNames['snake']>[0]): string => this.#names.snake(definition);
    const { type } = field;
    if (type.kind === 'string') return `${codec('write_string')}(out, ${value})`;
    if (type.kind === 'table') return `write_${snake(type.table)}(out, vtables, ${value}, depth + 1)`;
    if (type.kind === 'union') return `_write_${snake(type.union)}(out, vtables, ${value}, depth + 1)`;
    if (type.kind !== 'vector') throw new Error(`${field.name} lies within its table`);
    const { element } = type;
    if (isBytes(element)) return `${codec('write_bytes')}(out, ${value})`;
    switch (element.kind) {
      case 'scalar':
      case 'enum': {
        const scalar = wireScalar(element);
        if (scalar === 'bool') return `${codec('write_bools')}(out, ${value})`;
        return `${codec('write_scalars')}(out, "${formatOf[scalar]}", ${scalarBytes[scalar]}, ${value})`;
      }
      case 'string':
        return `${codec('write_strings')}(out, ${value})`;
      case 'struct': {
        const { size, alignment } = element.struct;
        return `${codec('write_structs')}(out, ${value}, _pack_${snake(element.struct)}, ${size}, ${alignment})`;
      }
      case 'table':
        return `${codec('write_tables')}(out, vtables, ${value}, write_${snake(element.table)}, depth + 1)`;
      case 'union':
        return role === 'codes'
          ? `${codec('write_union_codes')}(out, ${value}, _code_of_${snake(element.union)})`
          : `${codec('write_tables')}(out, vtables, ${value}, _write_${snake(element.union)}, depth + 1)`;
    }
  }

  /** The expression for what stands in the table itself. */
  #inlineValue({ field }: TablePart, value: string): string {
    const { type } = field;
    if (type.kind === 'union') return `_code_of_${this.#names.snake(type.union)}(${value})`;
    if (type.kind === 'struct') return `_pack_${this.#names.snake(type.struct)}(${value})`;
    if (type.kind !== 'scalar' && type.kind !== 'enum')
      throw new Error(`${field.name} lies outside of its table`);
    return wireScalar(type) === 'bool' ? `${this.#file.codec('as_bool')}(${value})` : value;
  }
}

function inlinePart({ field: { type }, slot, alignment }: TablePart): string {
  const format =
    type.kind === 'struct'
      ? `${type.struct.size}s`
      : type.kind === 'scalar' || type.kind === 'enum'
        ? formatOf[wireScalar(type)]
        : 'B';
  return `(${slot}, "${format}", ${alignment})`;
}
