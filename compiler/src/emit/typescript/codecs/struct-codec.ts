import type { ArrayElementType, StructDef, StructField } from '../../../model.ts';
import { isBytes } from '../value-types.ts';
import type { CodecFile } from './codec-file.ts';
import { localNames } from './local-names.ts';
import { loadScalar, scalarBytes, storeScalar, wireScalar, wrongScalar } from './scalar-code.ts';

/** Prints the two functions for a struct. They get a place where all of it fits. */
export function printStructCodec(codecs: CodecFile, struct: StructDef): void {
  const { body, names } = codecs;
  body.line(`/** Writes all bytes of one \`${struct.name}\` at \`at\`. */`);
  const value = `value: ${codecs.init(struct)}`;
  codecs.printFunction(
    `export function ${names.encoder(struct)}`,
    ['view: DataView', 'at: number', value],
    'void',
    () => {
      printEncoderBody(codecs, struct);
    },
  );
  body.blank();
  body.line(`/** Reads the \`${struct.name}\` at \`at\`. */`);
  codecs.printFunction(
    `export function ${names.decoder(struct)}`,
    ['view: DataView', 'at: number'],
    codecs.received(struct),
    () => {
      body.block(
        'return {',
        () => {
          for (const field of struct.fields)
            body.line(`${names.property(struct, field.name)}: ${read(codecs, field)},`);
        },
        '};',
      );
    },
  );
}

function printEncoderBody(codecs: CodecFile, struct: StructDef): void {
  const local = localNames(struct, codecs.names);
  const wrongValue = codecs.support('wrongValue');
  codecs.printIf(
    "typeof value !== 'object' || value === null",
    `${wrongValue}('${struct.name}', 'struct', value);`,
  );
  const patterns = struct.fields.map((field) => {
    const { property, variable } = local(field);
    return property === variable ? property : `${property}: ${variable}`;
  });
  codecs.printUnpacking(patterns);
  for (const field of struct.fields) printCheck(codecs, struct, field, local(field).variable);
  let end = 0;
  for (const field of struct.fields) {
    printPadding(codecs, end, field.offset);
    printStore(codecs, struct, field, local(field).variable);
    end = field.offset + fieldBytes(field);
  }
  printPadding(codecs, end, struct.size);
}

function printCheck(codecs: CodecFile, struct: StructDef, field: StructField, variable: string): void {
  const wrongValue = codecs.support('wrongValue');
  const label = `'${struct.name}.${field.name}'`;
  const { type } = field;
  if (type.kind === 'array') {
    const kind = isBytes(type.element)
      ? `!(${variable} instanceof Uint8Array)`
      : `!Array.isArray(${variable})`;
    const expected = `${isBytes(type.element) ? 'a Uint8Array' : 'an array'} of ${type.length}`;
    codecs.printIf(
      `${kind} || ${variable}.length !== ${type.length}`,
      `${wrongValue}(${label}, '${expected}', ${variable});`,
    );
  } else if (type.kind !== 'struct') {
    const scalar = wireScalar(type);
    codecs.printIf(wrongScalar(scalar, variable), `${wrongValue}(${label}, '${scalar}', ${variable});`);
  }
}

function printStore(codecs: CodecFile, struct: StructDef, field: StructField, variable: string): void {
  const { body } = codecs;
  const at = place(field.offset);
  const { type } = field;
  if (type.kind !== 'array') {
    codecs.print(store(codecs, type, at, variable));
    return;
  }
  const { element } = type;
  body.block(`for (let i = 0; i < ${type.length}; i++) {`, () => {
    body.line(`const element = ${variable}[i]!;`);
    if (element.kind !== 'struct' && !isBytes(element)) {
      const scalar = wireScalar(element);
      const label = `\`${struct.name}.${field.name}[\${i}]\``;
      codecs.printIf(
        wrongScalar(scalar, 'element'),
        `${codecs.support('wrongValue')}(${label}, '${scalar}', element);`,
      );
    }
    codecs.print(store(codecs, element, elementPlace(at, element), 'element'));
  });
}

function store(codecs: CodecFile, type: ArrayElementType, at: string, value: string): string {
  if (type.kind === 'struct') return `${codecs.names.encoder(type.struct)}(view, ${at}, ${value});`;
  return storeScalar(wireScalar(type), at, value);
}

/** Padding is cleared: the buffer was used before, and equal values make equal bytes. */
function printPadding({ body }: CodecFile, from: number, to: number): void {
  for (let at = from; at < to; ) {
    const bytes = at % 4 === 0 && to - at >= 4 ? 4 : at % 2 === 0 && to - at >= 2 ? 2 : 1;
    body.line(`view.setUint${8 * bytes}(${place(at)}, 0${bytes === 1 ? '' : ', true'});`);
    at += bytes;
  }
}

function read(codecs: CodecFile, { type, offset }: StructField): string {
  const at = place(offset);
  if (type.kind !== 'array') return load(codecs, type, at);
  const array = isBytes(type.element) ? 'Uint8Array' : 'Array';
  const element = load(codecs, type.element, elementPlace(at, type.element));
  return `${array}.from({ length: ${type.length} }, (_, i) => ${element})`;
}

function load(codecs: CodecFile, type: ArrayElementType, at: string): string {
  if (type.kind === 'struct') return `${codecs.names.decoder(type.struct)}(view, ${at})`;
  const value = loadScalar(wireScalar(type), at);
  return type.kind === 'enum' ? codecs.asEnum(value, type.enum) : value;
}

function place(offset: number): string {
  return offset === 0 ? 'at' : `at + ${offset}`;
}

function elementPlace(at: string, element: ArrayElementType): string {
  const bytes = elementBytes(element);
  return bytes === 1 ? `${at} + i` : `${at} + ${bytes} * i`;
}

function elementBytes(element: ArrayElementType): number {
  return element.kind === 'struct' ? element.struct.size : scalarBytes[wireScalar(element)];
}

function fieldBytes({ type }: StructField): number {
  return type.kind === 'array' ? type.length * elementBytes(type.element) : elementBytes(type);
}
