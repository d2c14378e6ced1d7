import type { StructDef, StructField } from '../../../model.ts';
import type { ClassFile } from './class-file.ts';
import { structMembers } from './member-names.ts';
import { builderValue, scalarAccess } from './scalar-access.ts';

/** One parameter of a struct's `create...`. */
export interface StructValue {
  /** Of the field, with those of the structs around it in front: `inner_someField`. */
  readonly name: string;
  /** Bytes from the start of the outermost struct. */
  readonly offset: number;
  readonly type: Exclude<StructField['type'], { kind: 'struct' }>;
  readonly typeName: string;
}

/** `static createVec3(builder, x, y, z)`: writes the struct in place, from its end to its start. */
export function printStructCreate(file: ClassFile, struct: StructDef, values: readonly StructValue[]): void {
  const { printer } = file;
  const scope = file.parameters('builder', 'i', 'item');
  const named = values.map((value) => ({ ...value, name: scope.claim(value.name) }));
  printer.list(
    `static create${struct.name}(`,
    ['builder: flatbuffers.Builder', ...named.map(({ name, typeName }) => `${name}: ${typeName}`)],
    '): flatbuffers.Offset {',
  );
  printer.indented(() => {
    printer.line(`builder.prep(${struct.alignment}, ${struct.size});`);
    let end = struct.size;
    for (const value of named.reverse()) {
      const padding = end - (value.offset + size(value.type));
      if (padding > 0) printer.line(`builder.pad(${padding});`);
      printWrite(file, value);
      end = value.offset;
    }
    printer.line('return builder.offset();');
  });
  printer.line('}');
}

function size(type: StructValue['type']): number {
  if (type.kind !== 'array') return scalarAccess(type).bytes;
  const { element } = type;
  return type.length * (element.kind === 'struct' ? element.struct.size : scalarAccess(element).bytes);
}

function printWrite(file: ClassFile, { name, type }: StructValue): void {
  const { printer } = file;
  if (type.kind !== 'array') {
    printer.line(`builder.write${scalarAccess(type).write}(${builderValue(type, name)});`);
    return;
  }
  const { element } = type;
  printer.block(`for (let i = ${type.length - 1}; i >= 0; i--) {`, () => {
    if (element.kind !== 'struct') {
      const { write, type: typeName, zero } = scalarAccess(element);
      const value = `${name}?.[i] ?? ${zero}`;
      printer.line(`builder.write${write}(${typeName === 'boolean' ? `+(${value})` : value});`);
      return;
    }
    const { struct } = element;
    printer.line(`const item = ${name}?.[i];`);
    const args = ['builder', ...itemValues(struct, 'item')];
    printer.block(
      'if (item) {',
      () => printer.list(`${file.value(struct)}.create${struct.name}(`, args, ');'),
      '} else {',
    );
    printer.indented(() => printer.line(`builder.pad(${struct.size});`));
    printer.line('}');
  });
}

/** The arguments for `create...` from an object of the struct's values. */
function itemValues(struct: StructDef, object: string): string[] {
  const members = structMembers(struct);
  return struct.fields.flatMap(({ name, type }) => {
    const value = `${object}.${members.get(name)}`;
    return type.kind === 'struct' ? itemValues(type.struct, value) : [value];
  });
}
