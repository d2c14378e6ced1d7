import type { UnionDef } from '../../../model.ts';
import { type AccessorMethod, printMethod } from './accessor-method.ts';
import type { ClassFile } from './class-file.ts';

/** What may be passed to be filled: an accessor of any table or struct. */
const anyAccessor = '{ bb: flatbuffers.ByteBuffer | null; bb_pos: number }';

/**
 * The method that reads a union, or an element of a vector of unions. A string member cannot be filled in
 * place: for one, any string is passed, and the text is returned.
 */
export function printUnionAccessor(
  file: ClassFile,
  union: UnionDef,
  slot: number,
  method: Pick<AccessorMethod, 'name' | 'parameters'> & { readonly at: string },
): void {
  const withString = union.members.some(({ type }) => type.kind === 'string');
  const { printer } = file;
  const parameter = `T extends ${anyAccessor}${withString ? ' | string' : ''}`;
  let open = `${method.name}<${parameter}>`;
  if (!printer.fits(`${open}(`)) {
    printer.line(`${method.name}<`);
    printer.indented(() => printer.line(`${parameter},`));
    open = '>';
  }
  printMethod(file, slot, {
    name: open,
    parameters: [...method.parameters, 'obj: T'],
    result: withString ? '(T extends string ? string : T) | null' : 'T | null',
    body() {
      printer.line('if (!offset) return null;');
      printer.line(`const at = ${method.at};`);
      if (withString) {
        printer.line(
          'const value: unknown = this.bb!.__union_with_string(obj as flatbuffers.Table | string, at);',
        );
        printer.line('return value as T extends string ? string : T;');
      } else {
        printer.line('this.bb!.__union(obj as flatbuffers.Table, at);');
        printer.line('return obj;');
      }
    },
  });
}
