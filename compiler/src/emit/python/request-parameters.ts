import type { TableDef } from '../../model.ts';
import { valueFields } from '../value-fields.ts';
import type { PythonNames } from './names.ts';
import { defaultValue } from './scalar-code.ts';
import type { PythonFile } from './source-file.ts';
import { canBeAbsent, plainType } from './value-types.ts';

/** What a method of a client takes besides the fields of its request. */
const options: ReadonlySet<string> = new Set(['self', 'timeout', 'metadata', 'request', 'fields']);

/** The keyword parameters that stand for a request's fields, with types and defaults. */
export function printRequestParameters(file: PythonFile, table: TableDef, names: PythonNames): string[] {
  return valueFields(table).map((field) => {
    const type = `${plainType(field.type, names)}${canBeAbsent(field) ? ' | None' : ''}`;
    if (type.includes('Sequence[')) file.from('collections.abc', 'Sequence');
    const qualified = type.replace(/\b(\w+)\b/g, (word) =>
      names.isType(word) ? file.sibling('values', word) : word,
    );
    const parameter = file.declare(parameterOf(names.attribute(table, field.name)));
    return `${parameter}: ${qualified}${defaultValue(field, names) === undefined ? '' : ' = ...'}`;
  });
}

/** Fields whose parameters are called otherwise: `timeout_` for `timeout`. */
export function renamedFields(table: TableDef, names: PythonNames): [parameter: string, attribute: string][] {
  return valueFields(table)
    .map((field) => names.attribute(table, field.name))
    .filter((attribute) => parameterOf(attribute) !== attribute)
    .map((attribute) => [parameterOf(attribute), attribute]);
}

function parameterOf(attribute: string): string {
  return options.has(attribute) ? `${attribute}_` : attribute;
}
