import type { EnumDef } from '../../../model.ts';
import { printBlockDoc } from '../../../printer/index.ts';
import type { GeneratedFile } from '../../generated-file.ts';
import type { EmitContext } from '../source-file.ts';
import { ClassFile } from './class-file.ts';
import type { ClassLayout } from './class-layout.ts';

/** A const object and a type of the same name: a TypeScript enum would not be erasable. */
export function emitEnum(context: EmitContext, definition: EnumDef, layout: ClassLayout): GeneratedFile {
  const file = new ClassFile(context, layout, definition, []);
  const { printer, className } = file;
  const isLong = definition.underlying === 'int64' || definition.underlying === 'uint64';
  printBlockDoc(printer, definition.doc);
  printer.block(
    `export const ${className} = {`,
    () => {
      for (const { name, value, doc } of definition.values) {
        printBlockDoc(printer, doc);
        printer.line(`${enumKey(name)}: ${value}${isLong ? 'n' : ''},`);
      }
    },
    '} as const;',
  );
  if (definition.bitFlags) printer.line(`export type ${className} = ${isLong ? 'bigint' : 'number'};`);
  else printer.line(`export type ${className} = (typeof ${className})[keyof typeof ${className}];`);
  return file.finish();
}

/** A key of an object literal; a plain `__proto__` would set the object's prototype. */
export function enumKey(name: string): string {
  return name === '__proto__' ? "['__proto__']" : name;
}
