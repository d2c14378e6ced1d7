import type { EnumDef } from '../../../model.ts';
import type { PythonNames } from '../names.ts';
import type { PythonFile } from '../source-file.ts';

/** The constant that has an enum's members by their numbers. Numbers that it lacks stay numbers. */
export function enumMap(definition: EnumDef, names: PythonNames): string {
  return `_${names.snake(definition).toUpperCase()}_MEMBERS`;
}

export function printEnumMap(file: PythonFile, definition: EnumDef, names: PythonNames): void {
  const type = file.sibling('values', names.value(definition));
  const name = enumMap(definition, names);
  file.constants(false);
  const flat = `${name} = {member.value: member for member in ${type}}`;
  if (definition.values.length === 0) file.body.line(`${name}: dict[int, ${type}] = {}`);
  else if (file.body.fits(flat)) file.body.line(flat);
  else file.body.line(`${name} = {\n    member.value: member for member in ${type}\n}`);
}
