import type { ElementType, StructDef, TableDef, TableField } from '../../../model.ts';
import { printFieldDoc, printMethod, printOverload, returnPresent } from './accessor-method.ts';
import type { ClassFile } from './class-file.ts';
import type { FieldMembers, TableFieldMembers } from './member-names.ts';
import { readScalar, type ScalarType, scalarAccess, scalarType } from './scalar-access.ts';
import { printUnionAccessor } from './union-accessor.ts';

/** `items(index)`, `itemsLength()` and, for numbers, `itemsArray()`; for unions the same of their type codes. */
export function printVectorAccessors(
  file: ClassFile,
  field: TableField,
  element: ElementType,
  { value, codes }: TableFieldMembers,
): void {
  const { slot } = field;
  switch (element.kind) {
    case 'scalar':
    case 'enum':
      printScalarElement(file, slot, value.accessor, element);
      printLength(file, slot, value);
      printArray(file, slot, value, element);
      return;
    case 'string':
      printStringElement(file, slot, value.accessor);
      break;
    case 'table':
      printObjectElement(file, slot, value.accessor, element.table);
      break;
    case 'struct':
      printObjectElement(file, slot, value.accessor, element.struct);
      break;
    case 'union':
      printCodes(file, slot - 1, codes, file.type(element.union));
      printFieldDoc(file, field);
      printUnionAccessor(file, element.union, slot, {
        name: value.accessor,
        parameters: ['index: number'],
        at: elementPlace(4),
      });
      break;
  }
  printLength(file, slot, value);
}

function elementPlace(bytes: number): string {
  return `this.bb!.__vector(this.bb_pos + offset) + index${bytes === 1 ? '' : ` * ${bytes}`}`;
}

function printScalarElement(file: ClassFile, slot: number, name: string, type: ScalarType): void {
  const typeName = scalarType(file, type);
  const { bytes, zero } = scalarAccess(type);
  printMethod(file, slot, {
    name,
    parameters: ['index: number'],
    result: `${typeName} | null`,
    body() {
      const absent = type.kind === 'enum' ? 'null' : zero;
      returnPresent(file, readScalar(type, elementPlace(bytes), typeName), absent);
    },
  });
}

function printCodes(file: ClassFile, slot: number, members: FieldMembers, union: string): void {
  printMethod(file, slot, {
    name: members.accessor,
    parameters: ['index: number'],
    result: `${union} | null`,
    body: () => returnPresent(file, `this.bb!.readUint8(${elementPlace(1)}) as ${union}`, 'null'),
  });
  printLength(file, slot, members);
  printArray(file, slot, members, { kind: 'scalar', scalar: 'uint8' });
}

function printStringElement(file: ClassFile, slot: number, name: string): void {
  printOverload(file, { name, parameters: ['index: number'], result: 'string' });
  const encoding = 'optionalEncoding: flatbuffers.Encoding';
  printOverload(file, { name, parameters: ['index: number', encoding], result: 'string | Uint8Array' });
  printMethod(file, slot, {
    name,
    parameters: ['index: number', 'optionalEncoding?: flatbuffers.Encoding'],
    result: 'string | Uint8Array | null',
    body() {
      file.printer.line('if (!offset) return null;');
      file.printer.line(`return this.bb!.__string(${elementPlace(4)}, optionalEncoding);`);
    },
  });
}

function printObjectElement(
  file: ClassFile,
  slot: number,
  name: string,
  definition: StructDef | TableDef,
): void {
  const className = file.value(definition);
  printMethod(file, slot, {
    name,
    parameters: ['index: number', `obj?: ${className}`],
    result: `${className} | null`,
    body() {
      const { printer } = file;
      const place = elementPlace(definition.kind === 'struct' ? definition.size : 4);
      printer.line('if (!offset) return null;');
      printer.line(`const at = ${definition.kind === 'struct' ? place : `this.bb!.__indirect(${place})`};`);
      printer.list(`return (obj ?? new ${className}()).__init(`, ['at', 'this.bb!'], ');');
    },
  });
}

function printLength(file: ClassFile, slot: number, members: FieldMembers): void {
  file.printer.blank();
  printMethod(file, slot, {
    name: members.length,
    parameters: [],
    result: 'number',
    body: () => returnPresent(file, 'this.bb!.__vector_len(this.bb_pos + offset)', '0'),
  });
}

/** A view of the buffer's own bytes; elements of several bytes need a buffer that is aligned for them. */
function printArray(file: ClassFile, slot: number, members: FieldMembers, type: ScalarType): void {
  const { array } = scalarAccess(type);
  if (array === undefined) return;
  const { printer } = file;
  printer.blank();
  printMethod(file, slot, {
    name: members.array,
    parameters: [],
    result: `${array} | null`,
    body() {
      printer.line('if (!offset) return null;');
      printer.line('const bytes = this.bb!.bytes();');
      printer.line('const start = bytes.byteOffset + this.bb!.__vector(this.bb_pos + offset);');
      printer.line(`return new ${array}(bytes.buffer, start, this.bb!.__vector_len(this.bb_pos + offset));`);
    },
  });
}
