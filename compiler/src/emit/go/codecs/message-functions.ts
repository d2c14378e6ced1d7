import type { TableDef } from '../../../model.ts';
import type { GoNames } from '../names.ts';
import type { GoFile } from '../source-file.ts';

/** Prints the two functions for a table that is a message of its own. */
export function printMessageFunctions(file: GoFile, table: TableDef, names: GoNames): void {
  const { body } = file;
  const stem = names.stem(table);
  const value = names.value(table);
  body.line(`// Append${stem} appends one ${table.name} to dst. Errors are INVALID_PAYLOAD.`);
  body.block(`func Append${stem}(dst []byte, v *${value}) ([]byte, error) {`, () =>
    body.line(`return ${file.use('codec', 'Append')}(dst, v, encode${stem})`),
  );
  body.blank();
  body.line(
    `// Decode${stem} reads a ${table.name}, which has to be all of the message. Errors are INVALID_PAYLOAD.`,
  );
  body.block(`func Decode${stem}(message []byte) (*${value}, error) {`, () =>
    body.line(`return ${file.use('codec', 'Decode')}(message, decode${stem})`),
  );
  body.blank();
}
