import type { ElementType, TableDef, TableField } from '../../../model.ts';
import { lowerCamel } from '../../../printer/index.ts';
import type { ClassFile } from './class-file.ts';
import type { FieldMembers, TableFieldMembers, TableMembers } from './member-names.ts';
import { builderValue, type ScalarType, scalarAccess, scalarType } from './scalar-access.ts';
import { defaultLiteral } from './scalar-default.ts';
import { vtableOffset } from './vtable-offset.ts';

const builder = 'builder: flatbuffers.Builder';
const codeType = { kind: 'scalar', scalar: 'uint8' } as const;

/** One parameter of `create...`, and the `add...` that takes it. */
interface Addition {
  readonly add: string;
  readonly parameter: string;
  readonly type: string;
  /** A scalar without a default: null leaves it out. */
  readonly optional: boolean;
}

/** Prints `start...`, an `add...` for every field, the vector builders, `end...` and, where flatc has it, `create...`. */
export function printBuilders(
  file: ClassFile,
  table: TableDef,
  own: TableMembers,
  members: ReadonlyMap<TableField, TableFieldMembers>,
): void {
  const { printer } = file;
  const slots = table.fields.reduce((count, { slot }) => Math.max(count, slot + 1), 0);
  printer.blank();
  printer.list(`static ${own.start}(`, [builder], '): void {');
  printer.indented(() => printer.line(`builder.startObject(${slots});`));
  printer.line('}');

  const additions: Addition[] = [];
  const parameters = file.parameters('builder', 'offset');
  for (const [field, { value, codes }] of members) {
    additions.push(...printField(file, field, value, codes, (name) => parameters.claim(name)));
  }

  printer.blank();
  printer.list(`static ${own.end}(`, [builder], '): flatbuffers.Offset {');
  printer.indented(() => {
    printer.line('const offset = builder.endObject();');
    for (const { name, slot, required, deprecated } of table.fields) {
      if (!required || deprecated) continue;
      printer.line(`builder.requiredField(offset, ${vtableOffset(slot)}); // ${name}`);
    }
    printer.line('return offset;');
  });
  printer.line('}');
  if (hasCreate(table)) printCreate(file, own, additions);
}

/** As in flatc: a struct or table anywhere but first would have to be written in the middle of `create...`. */
function hasCreate({ fields }: TableDef): boolean {
  return fields.slice(1).every(({ type }) => type.kind !== 'struct' && type.kind !== 'table');
}

function printField(
  file: ClassFile,
  field: TableField,
  value: FieldMembers,
  codes: FieldMembers,
  claim: (name: string) => string,
): Addition[] {
  const { type, slot } = field;
  const name = lowerCamel(field.name);
  switch (type.kind) {
    case 'scalar':
    case 'enum': {
      const optional = field.default.kind !== 'value';
      const addition = { add: value.add, parameter: claim(name), type: scalarType(file, type), optional };
      const fallback =
        field.default.kind === 'value' ? defaultLiteral(file, type, field.default.value) : 'null';
      printAdd(file, addition, `addField${scalarAccess(type).write}`, [
        String(slot),
        builderValue(type, addition.parameter),
        fallback === 'null' ? 'null' : builderValue(type, fallback),
      ]);
      return [addition];
    }
    case 'union': {
      const union = file.value(type.union);
      const code = { add: codes.add, parameter: claim(`${name}Type`), type: union, optional: false };
      printAdd(file, code, 'addFieldInt8', [String(slot - 1), code.parameter, `${union}.NONE`]);
      return [code, printAddOffset(file, value, slot, claim(`${name}Offset`))];
    }
    case 'vector': {
      const { element } = type;
      const additions: Addition[] = [];
      if (element.kind === 'union') {
        additions.push(printAddOffset(file, codes, slot - 1, claim(`${name}TypeOffset`)));
        printScalarVector(file, codes, codeType, file.type(element.union));
      }
      additions.push(printAddOffset(file, value, slot, claim(`${name}Offset`)));
      printVector(file, value, element);
      return additions;
    }
    default:
      return [printAddOffset(file, value, slot, claim(`${name}Offset`), type.kind === 'struct')];
  }
}

function printAdd(file: ClassFile, { add, parameter, type }: Addition, method: string, args: string[]): void {
  const { printer } = file;
  printer.blank();
  printer.list(`static ${add}(`, [builder, `${parameter}: ${type}`], '): void {');
  printer.indented(() => printer.list(`builder.${method}(`, args, ');'));
  printer.line('}');
}

function printAddOffset(
  file: ClassFile,
  { add }: FieldMembers,
  slot: number,
  parameter: string,
  isStruct = false,
): Addition {
  const addition = { add, parameter, type: 'flatbuffers.Offset', optional: false };
  printAdd(file, addition, isStruct ? 'addFieldStruct' : 'addFieldOffset', [String(slot), parameter, '0']);
  return addition;
}

function printVector(file: ClassFile, members: FieldMembers, element: ElementType): void {
  if (element.kind === 'scalar' || element.kind === 'enum') {
    printScalarVector(file, members, element, scalarType(file, element));
  } else if (element.kind === 'struct') {
    // Structs are written in place, between start and end, last one first.
    printStartVector(file, members, element.struct.size, element.struct.alignment);
  } else {
    printCreateVector(file, members, 'readonly flatbuffers.Offset[]', 4, 'builder.addOffset(data[i]!);');
    printStartVector(file, members, 4, 4);
  }
}

function printScalarVector(file: ClassFile, members: FieldMembers, type: ScalarType, typeName: string): void {
  const { bytes, write, array } = scalarAccess(type);
  const isNumber = typeName === 'number' && array !== undefined;
  const data = `readonly ${typeName}[]${isNumber ? ` | ${array}` : ''}`;
  const add = `builder.add${write}(${builderValue(type, 'data[i]!')});`;
  printCreateVector(file, members, data, bytes, add);
  printStartVector(file, members, bytes, bytes);
}

function printCreateVector(
  file: ClassFile,
  members: FieldMembers,
  data: string,
  bytes: number,
  add: string,
): void {
  const { printer } = file;
  printer.blank();
  printer.list(`static ${members.createVector}(`, [builder, `data: ${data}`], '): flatbuffers.Offset {');
  printer.indented(() => {
    printer.line(`builder.startVector(${bytes}, data.length, ${bytes});`);
    printer.line(`for (let i = data.length - 1; i >= 0; i--) ${add}`);
    printer.line('return builder.endVector();');
  });
  printer.line('}');
}

function printStartVector(file: ClassFile, members: FieldMembers, bytes: number, alignment: number): void {
  const { printer } = file;
  printer.blank();
  printer.list(`static ${members.startVector}(`, [builder, 'numElems: number'], '): void {');
  printer.indented(() => printer.line(`builder.startVector(${bytes}, numElems, ${alignment});`));
  printer.line('}');
}

function printCreate(file: ClassFile, own: TableMembers, additions: readonly Addition[]): void {
  const { printer, className } = file;
  const parameters = additions.map(
    ({ parameter, type, optional }) => `${parameter}: ${type}${optional ? ' | null' : ''}`,
  );
  printer.blank();
  printer.list(`static ${own.create}(`, [builder, ...parameters], '): flatbuffers.Offset {');
  printer.indented(() => {
    printer.list(`${className}.${own.start}(`, ['builder'], ');');
    for (const { add, parameter, optional } of additions) {
      const call = `${className}.${add}`;
      if (!optional) {
        printer.list(`${call}(`, ['builder', parameter], ');');
        continue;
      }
      printer.block(`if (${parameter} !== null) {`, () =>
        printer.list(`${call}(`, ['builder', parameter], ');'),
      );
    }
    printer.list(`return ${className}.${own.end}(`, ['builder'], ');');
  });
  printer.line('}');
}
