import type { StructDef } from '../../../model.ts';
import { NameScope } from '../../../printer/index.ts';
import { exported, type GoNames } from '../names.ts';
import { reserved } from '../reserved-words.ts';
import { scalarBytes, wireScalar } from '../scalar-code.ts';
import type { GoFile } from '../source-file.ts';
import { accessName, accessType, ownType, wireType } from './scalar-access.ts';

/** Prints the accessor of a struct and `Create...`, in flatc's shape: without fixed arrays, which it lacks in Go. */
export function printStructClass(file: GoFile, struct: StructDef, names: GoNames): void {
  const { body } = file;
  const name = names.stem(struct);
  file.use('flatbuffers', 'Struct');
  body.line(`// ${name} reads the struct ${struct.name} where it lies, with the official runtime.`);
  body.block(`type ${name} struct {`, () => body.line('_tab flatbuffers.Struct'));
  body.blank();
  body.line(`// Init turns to the ${struct.name} at a position.`);
  body.block(`func (rcv *${name}) Init(buf []byte, i flatbuffers.UOffsetT) {`, () =>
    body.line('rcv._tab.Bytes = buf\nrcv._tab.Pos = i'),
  );
  body.blank();
  body.line('// Table is where it reads.');
  body.block(`func (rcv *${name}) Table() flatbuffers.Table {`, () => body.line('return rcv._tab.Table'));
  printAccessors(file, struct, names);
  if (!hasArrays(struct)) printCreate(file, struct, names);
}

function printAccessors({ body }: GoFile, struct: StructDef, names: GoNames): void {
  const receiver = `func (rcv *${names.stem(struct)})`;
  const scope = new NameScope(['Init', 'Table']);
  for (const { name: field, type, offset } of struct.fields) {
    const name = scope.claim(exported(field));
    if (type.kind === 'array') continue;
    body.blank();
    body.line(`// ${name} is of the field ${field}.`);
    if (type.kind === 'struct') {
      const stem = names.stem(type.struct);
      body.block(`${receiver} ${name}(obj *${stem}) *${stem} {`, () => {
        body.block('if obj == nil {', () => body.line(`obj = new(${stem})`));
        body.line(`obj.Init(rcv._tab.Bytes, rcv._tab.Pos+${offset})`);
        body.line('return obj');
      });
      continue;
    }
    const read = `rcv._tab.Get${accessName(type)}(rcv._tab.Pos + flatbuffers.UOffsetT(${offset}))`;
    body.block(`${receiver} ${name}() ${accessType(type, names)} {`, () =>
      body.line(`return ${ownType(type, names, read)}`),
    );
  }
}

function hasArrays(struct: StructDef): boolean {
  return struct.fields.some(
    ({ type }) => type.kind === 'array' || (type.kind === 'struct' && hasArrays(type.struct)),
  );
}

interface Parameter {
  readonly name: string;
  readonly type: string;
}

/** Structs are written in place, the last field first. */
function printCreate({ body }: GoFile, struct: StructDef, names: GoNames): void {
  const scope = new NameScope([...reserved, 'builder', 'flatbuffers']);
  const parameters: Parameter[] = [];
  const lines: string[] = [];
  collect(struct, '', names, scope, parameters, lines);
  const list = parameters.map(({ name, type }) => `${name} ${type}`);
  const name = `Create${names.stem(struct)}`;
  body.blank();
  body.line(`// ${name} writes a ${struct.name}: right before it is used.`);
  body.list(`func ${name}(`, ['builder *flatbuffers.Builder', ...list], ') flatbuffers.UOffsetT {');
  body.indented(() => {
    for (const line of lines) body.line(line);
    body.line('return builder.Offset()');
  });
  body.line('}');
}

function collect(
  struct: StructDef,
  prefix: string,
  names: GoNames,
  scope: NameScope,
  parameters: Parameter[],
  lines: string[],
): void {
  // Parameters stand in the order of the fields, the writing goes backwards.
  const writes: string[][] = [];
  let end = 0;
  const paddings: number[] = [];
  for (const { name, type, offset } of struct.fields) {
    paddings.push(offset - end);
    if (type.kind === 'array') throw new Error('a fixed array has no code in Go');
    if (type.kind === 'struct') {
      const nested: string[] = [];
      collect(type.struct, `${prefix}${name}_`, names, scope, parameters, nested);
      writes.push(nested);
      end = offset + type.struct.size;
      continue;
    }
    const parameter = scope.claim(prefix + name);
    parameters.push({ name: parameter, type: accessType(type, names) });
    writes.push([`builder.Prepend${accessName(type)}(${wireType(type, parameter)})`]);
    end = offset + scalarBytes[wireScalar(type)];
  }
  const pad = (bytes: number): void => {
    if (bytes > 0) lines.push(`builder.Pad(${bytes})`);
  };
  lines.push(`builder.Prep(${struct.alignment}, ${struct.size})`);
  pad(struct.size - end);
  for (let n = writes.length - 1; n >= 0; n--) {
    lines.push(...writes[n]!);
    pad(paddings[n]!);
  }
}
