import type { StructDef, StructField } from '../../../model.ts';
import type { PythonNames } from '../names.ts';
import { formatOf, scalarBytes, wireScalar } from '../scalar-code.ts';
import type { PythonFile } from '../source-file.ts';
import { isBytes } from '../value-types.ts';
import { enumMap } from './enum-map.ts';
import { printFunction } from './print-function.ts';

/** The constant that holds a struct's format. */
export function structForm(struct: StructDef, names: PythonNames): string {
  return `_${names.snake(struct).toUpperCase()}_FORM`;
}

/** Prints the format of a struct, and the functions that make its bytes of a value and a value of its scalars. */
export function printStructCodec(file: PythonFile, struct: StructDef, names: PythonNames): void {
  const { body } = file;
  const snake = names.snake(struct);
  const value = file.sibling('values', names.value(struct));
  file.from('typing', 'Any');
  file.constants(true);
  body.line(`${structForm(struct, names)} = ${file.codec('Struct')}("<${formOf(struct)}")`);
  printFunction(file, `_flat_${snake}`, [`value: ${value}`], 'tuple[Any, ...]', () => {
    const fields = struct.fields.map((field) => flat(file, struct, field, names));
    body.list('return (', fields, fields.length === 1 ? ',)' : ')');
  });
  printFunction(file, `_pack_${snake}`, [`value: ${value}`], 'bytes', () => {
    body.line(`return ${structForm(struct, names)}.pack(*_flat_${snake}(value))`);
  });
  printFunction(file, `_load_${snake}`, ['scalars: tuple[Any, ...]', 'first: int'], value, () => {
    let at = 0;
    const fields = struct.fields.map((field) => {
      const loaded = load(field, at, names);
      at += countOf(field);
      return loaded;
    });
    body.list(`return ${value}(`, fields, ')');
  });
}

/** The characters of the struct module, padding included. */
function formOf(struct: StructDef): string {
  let form = '';
  let at = 0;
  for (const field of struct.fields) {
    form += `${padding(field.offset - at)}${fieldForm(field)}`;
    at = field.offset + bytesOf(field);
  }
  return form + padding(struct.size - at);
}

function padding(bytes: number): string {
  return bytes === 0 ? '' : `${bytes}x`;
}

function fieldForm({ type }: StructField): string {
  if (type.kind === 'struct') return formOf(type.struct);
  if (type.kind !== 'array') return formatOf[wireScalar(type)];
  const { element, length } = type;
  if (isBytes(element)) return `${length}s`;
  if (element.kind === 'struct') return formOf(element.struct).repeat(length);
  return `${length}${formatOf[wireScalar(element)]}`;
}

function bytesOf({ type }: StructField): number {
  if (type.kind === 'struct') return type.struct.size;
  if (type.kind !== 'array') return scalarBytes[wireScalar(type)];
  const { element, length } = type;
  return length * (element.kind === 'struct' ? element.struct.size : scalarBytes[wireScalar(element)]);
}

/** How many scalars the struct module gives for a field. */
function countOf({ type }: StructField): number {
  if (type.kind === 'struct') return scalarsOf(type.struct);
  if (type.kind !== 'array') return 1;
  const { element, length } = type;
  if (isBytes(element)) return 1;
  return element.kind === 'struct' ? length * scalarsOf(element.struct) : length;
}

function scalarsOf(struct: StructDef): number {
  return struct.fields.reduce((sum, field) => sum + countOf(field), 0);
}

function flat(file: PythonFile, owner: StructDef, field: StructField, names: PythonNames): string {
  const value = `value.${names.attribute(owner, field.name)}`;
  const { type } = field;
  if (type.kind === 'struct') return `*_flat_${names.snake(type.struct)}(${value})`;
  if (type.kind !== 'array')
    return wireScalar(type) === 'bool' ? `${file.codec('as_bool')}(${value})` : value;
  const { element, length } = type;
  if (isBytes(element)) return `${file.codec('bytes_of')}(${value}, ${length})`;
  const all = `${file.codec('array_of')}(${value}, ${length})`;
  if (element.kind === 'struct') {
    return `*[scalar for each in ${all} for scalar in _flat_${names.snake(element.struct)}(each)]`;
  }
  return wireScalar(element) === 'bool' ? `*map(${file.codec('as_bool')}, ${all})` : `*${all}`;
}

function load(field: StructField, offset: number, names: PythonNames): string {
  const at = offset === 0 ? 'first' : `first + ${offset}`;
  const { type } = field;
  if (type.kind === 'struct') return `_load_${names.snake(type.struct)}(scalars, ${at})`;
  if (type.kind === 'enum') return `${enumMap(type.enum, names)}.get(scalars[${at}], scalars[${at}])`;
  if (type.kind !== 'array') return `scalars[${at}]`;
  const { element, length } = type;
  if (isBytes(element)) return `scalars[${at}]`;
  if (element.kind === 'struct') {
    const count = scalarsOf(element.struct);
    const step = count === 1 ? 'n' : `${count} * n`;
    return `[_load_${names.snake(element.struct)}(scalars, ${at} + ${step}) for n in range(${length})]`;
  }
  const all = `scalars[${at} : first + ${offset + length}]`;
  if (element.kind !== 'enum') return `list(${all})`;
  return `[${enumMap(element.enum, names)}.get(each, each) for each in ${all}]`;
}
