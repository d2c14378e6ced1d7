import type { StructDef, TableDef, TableField } from '../../../model.ts';
import { printBlockDoc } from '../../../printer/index.ts';
import type { ClassFile } from './class-file.ts';
import { vtableOffset } from './vtable-offset.ts';

/** One method of a table's class that reads a field. */
export interface AccessorMethod {
  readonly name: string;
  readonly parameters: readonly string[];
  /** Its return type. */
  readonly result: string;
  /** Prints the statements after `const offset = ...`, which is 0 where the field is absent. */
  body(): void;
}

/** Prints a method that begins by looking up the field's offset. */
export function printMethod(file: ClassFile, slot: number, method: AccessorMethod): void {
  const { printer } = file;
  printer.list(`${method.name}(`, method.parameters, `): ${method.result} {`);
  printer.indented(() => {
    printer.line(`const offset = this.bb!.__offset(this.bb_pos, ${vtableOffset(slot)});`);
    method.body();
  });
  printer.line('}');
}

/** The head of an overload. */
export function printOverload(
  file: ClassFile,
  { name, parameters, result }: Omit<AccessorMethod, 'body'>,
): void {
  file.printer.list(`${name}(`, parameters, `): ${result};`);
}

/** Before the first method of a field. */
export function printFieldDoc(file: ClassFile, field: TableField): void {
  file.printer.blank();
  printBlockDoc(file.printer, field.doc);
}

/** `return offset ? present : absent;`, as the formatter breaks it and puts assertions into brackets. */
export function returnPresent(file: ClassFile, present: string, absent: string): void {
  const { printer } = file;
  const value = present.includes(' as ') ? `(${present})` : present;
  const flat = `return offset ? ${value} : ${absent};`;
  if (printer.fits(flat)) {
    printer.line(flat);
    return;
  }
  printer.line('return offset');
  printer.indented(() => printer.line(`? ${value}\n: ${absent};`));
}

/** Returns the accessor passed, or a new one, standing at `at`. */
export function returnObject(file: ClassFile, definition: StructDef | TableDef, at: string): void {
  file.printer.line('if (!offset) return null;');
  file.printer.list(`return (obj ?? new ${file.value(definition)}()).__init(`, [at, 'this.bb!'], ');');
}
