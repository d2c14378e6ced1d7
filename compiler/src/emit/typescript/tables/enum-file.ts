import type { EnumDef } from '../../../model.ts';
import type { GeneratedFile } from '../../generated-file.ts';
import type { EmitContext } from '../source-file.ts';
import { printEnum } from '../values-file.ts';
import { ClassFile } from './class-file.ts';
import type { ClassLayout } from './class-layout.ts';

/** A const object and a type of the same name, as for plain values: a TypeScript enum would not be erasable. */
export function emitEnum(context: EmitContext, definition: EnumDef, layout: ClassLayout): GeneratedFile {
  const file = new ClassFile(context, layout, definition, []);
  printEnum(file.printer, definition, file.className);
  return file.finish();
}
