import type { StructDef, StructField } from '../../../model.ts';
import { lowerCamel, printBlockDoc } from '../../../printer/index.ts';
import type { GeneratedFile } from '../../generated-file.ts';
import type { ValueDef } from '../names.ts';
import type { EmitContext } from '../source-file.ts';
import { ClassFile } from './class-file.ts';
import { printClassHead } from './class-head.ts';
import type { ClassLayout } from './class-layout.ts';
import { structMembers } from './member-names.ts';
import { readScalar, scalarAccess } from './scalar-access.ts';
import { printStructCreate, type StructValue } from './struct-create.ts';

/**
 * The class of a struct. Fixed arrays, which flatc's `create...` takes as arrays too, may be null or short: the
 * rest is zero. Elements that are structs are given as plain objects.
 * @param valuesNeeded whether this struct fills an array of another one, so that its values need a type
 */
export function emitStruct(
  context: EmitContext,
  struct: StructDef,
  layout: ClassLayout,
  valuesNeeded: boolean,
): GeneratedFile {
  const place = layout.of(struct);
  const file = new ClassFile(context, layout, struct, usedBy(struct), [place.valuesName]);
  const { printer, className } = file;
  const members = structMembers(struct);
  file.flatbuffers('type');

  if (valuesNeeded) {
    printer.line(`/** One \`${className}\` in an array of another struct. */`);
    printer.block(`export interface ${place.valuesName} {`, () => {
      for (const field of struct.fields) {
        printer.line(`readonly ${members.get(field.name)}: ${valueType(file, field)};`);
      }
    });
    printer.blank();
  }
  printBlockDoc(printer, struct.doc);
  printer.block(`export class ${className} {`, () => {
    printClassHead(printer, className);
    for (const field of struct.fields) {
      printer.blank();
      printBlockDoc(printer, field.doc);
      printAccessor(file, field, members.get(field.name)!);
    }
    printer.blank();
    printer.block('static sizeOf(): number {', () => printer.line(`return ${struct.size};`));
    printer.blank();
    printStructCreate(file, struct, flatten(file, struct));
  });
  return file.finish();
}

/** Everything that the file of this struct may name: nested structs down to the last, and enums. */
function usedBy(struct: StructDef): Set<ValueDef> {
  const found = new Set<ValueDef>();
  for (const { type } of struct.fields) {
    const inner = type.kind === 'array' ? type.element : type;
    if (inner.kind === 'enum') found.add(inner.enum);
    if (inner.kind !== 'struct') continue;
    found.add(inner.struct);
    for (const deeper of usedBy(inner.struct)) found.add(deeper);
  }
  return found;
}

function printAccessor(file: ClassFile, field: StructField, name: string): void {
  const { printer } = file;
  const { type } = field;
  const place = field.offset === 0 ? 'this.bb_pos' : `this.bb_pos + ${field.offset}`;
  const inner = type.kind === 'array' ? type.element : type;
  const index = type.kind === 'array' ? ['index: number'] : [];
  if (inner.kind === 'struct') {
    const nested = file.value(inner.struct);
    printer.list(`${name}(`, [...index, `obj?: ${nested}`], `): ${nested} | null {`);
    const at = type.kind === 'array' ? `${place} + index * ${inner.struct.size}` : place;
    printer.indented(() => printer.list(`return (obj ?? new ${nested}()).__init(`, [at, 'this.bb!'], ');'));
  } else {
    const { bytes } = scalarAccess(inner);
    const typeName = scalarTypeName(file, inner);
    const at = type.kind === 'array' ? `${place} + index${bytes === 1 ? '' : ` * ${bytes}`}` : place;
    printer.list(`${name}(`, index, `): ${typeName}${type.kind === 'array' ? ' | null' : ''} {`);
    printer.indented(() => printer.line(`return ${readScalar(inner, at, typeName)};`));
  }
  printer.line('}');
}

function scalarTypeName(
  file: ClassFile,
  type: Exclude<StructField['type'], { kind: 'array' | 'struct' }>,
): string {
  return type.kind === 'enum' ? file.type(type.enum) : scalarAccess(type).type;
}

/** The type of a field in the interface of values, and of an array's parameter in `create...`. */
function valueType(file: ClassFile, { type }: StructField): string {
  if (type.kind === 'array') {
    const { element } = type;
    const name = element.kind === 'struct' ? file.valuesType(element.struct) : scalarTypeName(file, element);
    return `readonly ${name}[] | null`;
  }
  return type.kind === 'struct' ? file.valuesType(type.struct) : scalarTypeName(file, type);
}

/** What `create...` takes: the struct's fields with those of nested structs in their place, as in flatc. */
function flatten(file: ClassFile, struct: StructDef, prefix = '', start = 0): StructValue[] {
  return struct.fields.flatMap((field): StructValue[] => {
    const offset = start + field.offset;
    const name = prefix + lowerCamel(field.name);
    if (field.type.kind === 'struct') return flatten(file, field.type.struct, `${name}_`, offset);
    return [{ name, offset, type: field.type, typeName: valueType(file, field) }];
  });
}
