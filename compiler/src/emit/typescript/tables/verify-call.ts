import type { TableDef, UnionDef } from '../../../model.ts';
import type { ValueNames } from '../names.ts';
import type { SourceFile } from '../source-file.ts';

/** The name, in `pluginart_verify.ts`, of the function that checks a table. */
export function verifierName(names: ValueNames, definition: TableDef | UnionDef): string {
  return `verify${names.stem(definition)}`;
}

/** A call, under a condition where there is one. */
export function printCall(
  { body }: SourceFile,
  condition: string | undefined,
  callee: string,
  args: readonly string[],
): void {
  const call = `${callee}(${args.join(', ')});`;
  if (condition === undefined) body.list(`${callee}(`, args, ');');
  else if (body.fits(`if (${condition}) ${call}`)) body.line(`if (${condition}) ${call}`);
  else body.block(`if (${condition}) {`, () => body.list(`${callee}(`, args, ');'));
}
