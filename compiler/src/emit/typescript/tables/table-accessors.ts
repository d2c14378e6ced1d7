import type { TableField } from '../../../model.ts';
import { printFieldDoc, printMethod, printOverload, returnObject, returnPresent } from './accessor-method.ts';
import type { ClassFile } from './class-file.ts';
import type { TableFieldMembers } from './member-names.ts';
import { readScalar, type ScalarType, scalarType } from './scalar-access.ts';
import { defaultLiteral } from './scalar-default.ts';
import { textLiteral } from './text-literal.ts';
import { printUnionAccessor } from './union-accessor.ts';
import { printVectorAccessors } from './vector-accessors.ts';

/** Prints the methods with which one field is read; for a union those of its type code first. */
export function printAccessors(file: ClassFile, field: TableField, members: TableFieldMembers): void {
  const { type } = field;
  const { accessor } = members.value;
  printFieldDoc(file, field);
  switch (type.kind) {
    case 'scalar':
    case 'enum':
      printScalar(file, field, type, accessor);
      break;
    case 'string':
      printString(file, field, accessor);
      break;
    case 'table':
      printMethod(file, field.slot, {
        name: accessor,
        parameters: [`obj?: ${file.value(type.table)}`],
        result: `${file.value(type.table)} | null`,
        body: () => returnObject(file, type.table, 'this.bb!.__indirect(this.bb_pos + offset)'),
      });
      break;
    case 'struct':
      printMethod(file, field.slot, {
        name: accessor,
        parameters: [`obj?: ${file.value(type.struct)}`],
        result: `${file.value(type.struct)} | null`,
        body: () => returnObject(file, type.struct, 'this.bb_pos + offset'),
      });
      break;
    case 'union': {
      const codes = file.value(type.union);
      printMethod(file, field.slot - 1, {
        name: members.codes.accessor,
        parameters: [],
        result: codes,
        body: () =>
          returnPresent(file, `this.bb!.readUint8(this.bb_pos + offset) as ${codes}`, `${codes}.NONE`),
      });
      printFieldDoc(file, field);
      const at = 'this.bb_pos + offset';
      printUnionAccessor(file, type.union, field.slot, { name: accessor, parameters: [], at });
      break;
    }
    case 'vector':
      printVectorAccessors(file, field, type.element, members);
      break;
  }
}

function printScalar(file: ClassFile, field: TableField, type: ScalarType, name: string): void {
  const typeName = scalarType(file, type);
  const fallback = field.default.kind === 'value' ? field.default : undefined;
  printMethod(file, field.slot, {
    name,
    parameters: [],
    result: fallback === undefined ? `${typeName} | null` : typeName,
    body() {
      const absent = fallback === undefined ? 'null' : defaultLiteral(file, type, fallback.value);
      returnPresent(file, readScalar(type, 'this.bb_pos + offset', typeName), absent);
    },
  });
}

function printString(file: ClassFile, field: TableField, name: string): void {
  const { printer } = file;
  const fallback = field.default.kind === 'string' ? textLiteral(field.default.value) : undefined;
  const nullable = fallback === undefined ? ' | null' : '';
  const result = `string | Uint8Array${nullable}`;
  printOverload(file, { name, parameters: [], result: `string${nullable}` });
  printOverload(file, { name, parameters: ['optionalEncoding: flatbuffers.Encoding'], result });
  printMethod(file, field.slot, {
    name,
    parameters: ['optionalEncoding?: flatbuffers.Encoding'],
    result,
    body() {
      const present = 'this.bb!.__string(this.bb_pos + offset, optionalEncoding)';
      if (fallback === undefined) {
        returnPresent(file, present, 'null');
        return;
      }
      printer.line(`if (offset) return ${present};`);
      printer.line(`const text = ${fallback};`);
      printer.line('const asBytes = optionalEncoding === flatbuffers.Encoding.UTF8_BYTES;');
      printer.line('return asBytes ? new TextEncoder().encode(text) : text;');
    },
  });
}
