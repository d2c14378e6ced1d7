import type { TableDef, TableField } from '../../../model.ts';
import { lowerCamel, NameScope } from '../../../printer/index.ts';
import { type GoNames, tableMembers } from '../names.ts';
import { reserved } from '../reserved-words.ts';
import { scalarBytes, wireScalar } from '../scalar-code.ts';
import type { GoFile } from '../source-file.ts';
import { accessName, accessType, fallback, wireType } from './scalar-access.ts';

const builder = 'builder *flatbuffers.Builder';
const offsetType = 'flatbuffers.UOffsetT';

/** Prints `...Start`, an `...Add...` for every field, the vector builders and `...End`, in flatc's shape. */
export function printTableBuilders(file: GoFile, table: TableDef, names: GoNames): void {
  const { body } = file;
  const stem = names.stem(table);
  const slots = table.fields.reduce((count, { slot }) => Math.max(count, slot + 1), 0);
  const print = (name: string, doc: string, parameters: string, result: string, line: string): void => {
    body.blank();
    body.line(`// ${name} ${doc}`);
    body.block(`func ${name}(${[builder, parameters].filter(Boolean).join(', ')})${result} {`, () =>
      body.line(line),
    );
  };
  print(`${stem}Start`, `begins a ${table.name}.`, '', '', `builder.StartObject(${slots})`);
  const members = tableMembers(table);
  for (const field of table.fields) {
    const member = members.get(field.name);
    if (member === undefined || isVectorOfUnions(field)) continue;
    printField(file, field, `${stem}Add${member.name}`, names, print);
    if (field.type.kind === 'vector') {
      const name = `${stem}Start${member.name}Vector`;
      const line = `return builder.StartVector(${vectorSizes(field)})`;
      print(
        name,
        'begins the vector; elements are prepended, the last one first.',
        'numElems int',
        ` ${offsetType}`,
        line,
      );
    }
  }
  print(
    `${stem}End`,
    `ends the ${table.name} that was begun.`,
    '',
    ` ${offsetType}`,
    'return builder.EndObject()',
  );
  const offset = `offset ${offsetType}`;
  print(`Finish${stem}Buffer`, 'ends the message.', offset, '', 'builder.Finish(offset)');
  const prefixed = `FinishSizePrefixed${stem}Buffer`;
  print(
    prefixed,
    'ends the message, with its size in front.',
    offset,
    '',
    'builder.FinishSizePrefixed(offset)',
  );
}

type Print = (name: string, doc: string, parameters: string, result: string, line: string) => void;

function printField(file: GoFile, field: TableField, add: string, names: GoNames, print: Print): void {
  const { type, slot } = field;
  const wanted = lowerCamel(field.name);
  const scope = new NameScope([...reserved, 'builder', 'flatbuffers', 'math']);
  const name = scope.claim(wanted);
  const doc = `sets the field ${field.name}.`;
  if (type.kind === 'scalar' || type.kind === 'enum') {
    const access = accessName(type);
    const value = wireType(type, name);
    const isOptional = field.default.kind !== 'value';
    const line = isOptional
      ? `builder.Prepend${access}(${value})\nbuilder.Slot(${slot})`
      : `builder.Prepend${access}Slot(${slot}, ${value}, ${fallback(file, field)})`;
    print(add, doc, `${name} ${accessType(type, names)}`, '', line);
    return;
  }
  if (type.kind === 'union') {
    const code = scope.claim(`${wanted}Type`);
    const line = `builder.PrependByteSlot(${slot - 1}, byte(${code}), 0)`;
    print(
      `${add}Type`,
      `sets the type code of the field ${field.name}.`,
      `${code} ${names.stem(type.union)}`,
      '',
      line,
    );
  }
  const kind = type.kind === 'struct' ? 'Struct' : 'UOffsetT';
  print(add, doc, `${name} ${offsetType}`, '', `builder.Prepend${kind}Slot(${slot}, ${name}, 0)`);
}

function isVectorOfUnions({ type }: TableField): boolean {
  return type.kind === 'vector' && type.element.kind === 'union';
}

function vectorSizes({ type }: TableField): string {
  if (type.kind !== 'vector') throw new Error('no vector');
  const { element } = type;
  if (element.kind === 'struct') return `${element.struct.size}, numElems, ${element.struct.alignment}`;
  const bytes = element.kind === 'scalar' || element.kind === 'enum' ? scalarBytes[wireScalar(element)] : 4;
  return `${bytes}, numElems, ${bytes}`;
}
