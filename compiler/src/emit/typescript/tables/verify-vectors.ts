import type { TableDef, UnionDef } from '../../../model.ts';
import type { ValueNames } from '../names.ts';
import type { SourceFile } from '../source-file.ts';
import { printCall, verifierName } from './verify-call.ts';

/** The vectors for which functions are needed. */
export interface Vectors {
  readonly of: Set<TableDef | UnionDef>;
  strings: boolean;
}

/** Stems may begin with anything, so the words stand at the end. */
export function vectorVerifierName(names: ValueNames, definition: TableDef | UnionDef): string {
  return `${verifierName(names, definition)}Vector_`;
}

export function printVectorCheck(file: SourceFile, element: TableDef | UnionDef, names: ValueNames): void {
  const { body } = file;
  const codes = element.kind === 'union' ? ['codesSlot: number'] : [];
  const parameters = [`reader: ${file.codecType('Reader')}`, ...codes, 'slot: number', 'depth: number'];
  body.blank();
  body.list(`function ${vectorVerifierName(names, element)}(`, parameters, '): void {');
  body.indented(() => {
    const place = 'first + 4 * i';
    if (element.kind === 'table') {
      printLoop(file, verifierName(names, element), ['reader', `reader.indirect(${place})`, 'depth']);
      return;
    }
    // The type codes have accessors of their own, so they are checked even where there are no values.
    body.line('const codes = codesSlot === 0 ? 0 : reader.vector(codesSlot, 1);');
    body.line('const codeCount = codesSlot === 0 ? 0 : reader.count;');
    body.line('if (slot === 0) return;');
    printLoop(
      file,
      verifierName(names, element),
      ['reader', 'reader.bytes[codes + i]!', place, 'depth'],
      () => {
        const unequal = "'the vectors of type codes and of values differ in length'";
        printCall(file, 'count !== codeCount', 'reader.fail', ['first', unequal]);
      },
    );
  });
  body.line('}');
}

export function printStringsCheck(file: SourceFile): void {
  const { body } = file;
  body.blank();
  body.block(`function verifyStrings(reader: ${file.codecType('Reader')}, slot: number): void {`, () => {
    printLoop(file, 'reader.checkString', ['first + 4 * i']);
  });
}

/** Opens the vector of offsets at `slot` and calls a function for each element, whose number is `i`. */
function printLoop(file: SourceFile, callee: string, args: readonly string[], before?: () => void): void {
  const { body } = file;
  body.line('const first = reader.vector(slot, 4);');
  body.line('const { count } = reader;');
  before?.();
  body.block('for (let i = 0; i < count; i++) {', () => body.list(`${callee}(`, args, ');'));
}
