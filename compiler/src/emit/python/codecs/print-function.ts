import type { PythonFile } from '../source-file.ts';

/** Prints a function of the module; its parameters one a line where they do not fit. */
export function printFunction(
  file: PythonFile,
  name: string,
  parameters: readonly string[],
  returns: string,
  body: () => void,
): void {
  file.topLevel();
  file.body.list(`def ${name}(`, parameters, `) -> ${returns}:`);
  file.body.indented(body);
}
