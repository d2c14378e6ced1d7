import type { ArrayElementType, StructDef } from '../../../model.ts';
import type { GoNames } from '../names.ts';
import { loadScalar, scalarBytes, storeScalar, wireScalar } from '../scalar-code.ts';
import type { GoFile } from '../source-file.ts';

/** Prints the two functions for a struct. They get a place where all of it fits; padding is clear already. */
export function printStructCodec(file: GoFile, struct: StructDef, names: GoNames): void {
  const { body } = file;
  const stem = names.stem(struct);
  const value = names.value(struct);
  body.line(`// put${stem} writes all of a ${struct.name} at a position that is there.`);
  body.block(`func put${stem}(w *${file.use('codec', 'Writer')}, at int, v *${value}) {`, () => {
    for (const { name, type, offset } of struct.fields) {
      const field = `v.${names.field(struct, name)}`;
      if (type.kind !== 'array') {
        body.line(store(type, place(offset), field, names));
        continue;
      }
      body.block(`for i := range ${field} {`, () =>
        body.line(store(type.element, elementPlace(offset, type.element), `${field}[i]`, names)),
      );
    }
  });
  body.blank();
  body.line(`// get${stem} reads the ${struct.name} at a position that is there.`);
  body.block(`func get${stem}(r *${file.use('codec', 'Reader')}, at int, v *${value}) {`, () => {
    for (const { name, type, offset } of struct.fields) {
      const field = `v.${names.field(struct, name)}`;
      if (type.kind !== 'array') {
        body.line(load(type, place(offset), field, names));
        continue;
      }
      body.block(`for i := range ${field} {`, () =>
        body.line(load(type.element, elementPlace(offset, type.element), `${field}[i]`, names)),
      );
    }
  });
}

function store(type: ArrayElementType, at: string, value: string, names: GoNames): string {
  if (type.kind === 'struct') return `put${names.stem(type.struct)}(w, ${at}, &${value})`;
  return storeScalar(type, at, value);
}

/** In a call with one argument, gofmt puts blanks around an operator. */
function load(type: ArrayElementType, at: string, target: string, names: GoNames): string {
  if (type.kind === 'struct') return `get${names.stem(type.struct)}(r, ${at}, &${target})`;
  return `${target} = ${loadScalar(type, alone(at), names)}`;
}

function alone(at: string): string {
  const [left, right] = at.split(/\+(.*)/s);
  if (right === undefined || right === '') return at;
  return right.includes('+') ? `${left} + ${right.replace('+', ' + ')}` : `${left} + ${right}`;
}

function place(offset: number): string {
  return offset === 0 ? 'at' : `at+${offset}`;
}

function elementPlace(offset: number, element: ArrayElementType): string {
  const bytes = element.kind === 'struct' ? element.struct.size : scalarBytes[wireScalar(element)];
  return `${place(offset)}+${bytes === 1 ? 'i' : `${bytes}*i`}`;
}
