import type { EnumDef, StructDef, TableDef, TableField, UnionDef } from '../../model.ts';
import type { GeneratedFile } from '../generated-file.ts';
import type { ValueDefinitions } from '../value-definitions.ts';
import { valueFields } from '../value-fields.ts';
import { printDocstring } from './docstring.ts';
import type { PythonNames } from './names.ts';
import { defaultValue } from './scalar-code.ts';
import { type PythonContext, PythonFile } from './source-file.ts';
import { canBeAbsent, plainType } from './value-types.ts';

/** `values.py`: the plain types of all definitions. */
export function emitValuesFile(
  context: PythonContext,
  definitions: ValueDefinitions,
  names: PythonNames,
): GeneratedFile {
  const file = new PythonFile(context, 'values.py');
  const printer = new ValuesPrinter(file, names);
  for (const definition of definitions.enums) printEnum(file, definition, names);
  for (const definition of definitions.structs) printer.struct(definition);
  for (const definition of definitions.tables) printer.table(definition);
  for (const definition of definitions.unions) printer.wrappers(definition);
  // What they are made of has to be there when they are evaluated.
  for (const [n, definition] of definitions.unions.entries()) printer.union(definition, n === 0);
  return file.finish('Plain values.');
}

/** A class of named numbers; those that it does not name stay numbers. */
export function printEnum(file: PythonFile, definition: EnumDef, names: PythonNames): void {
  const { body } = file;
  const base = file.from('enum', definition.bitFlags ? 'IntFlag' : 'IntEnum');
  const fallback = definition.bitFlags
    ? 'Flags; several are combined with |, and looked for with &.'
    : 'Named numbers.';
  file.topLevel();
  body.line(`class ${file.declareClass(names.value(definition))}(${base}):`);
  body.indented(() => {
    printDocstring(body, definition.doc, fallback);
    body.blank();
    for (const value of definition.values) {
      body.line(`${file.declare(names.member(definition, value.name))} = ${value.value}`);
      printDocstring(body, value.doc);
    }
  });
}

class ValuesPrinter {
  readonly #file: PythonFile;
  readonly #names: PythonNames;

  constructor(file: PythonFile, names: PythonNames) {
    this.#file = file;
    this.#names = names;
  }

  struct(definition: StructDef): void {
    const fallback = `A value of the struct ${definition.name}; all of it is always there.`;
    this.#class(this.#names.value(definition), 'slots=True', definition.doc, fallback, () => {
      for (const field of definition.fields) {
        const length = field.type.kind === 'array' ? [`Exactly ${field.type.length} elements.`] : [];
        this.#attribute(this.#names.attribute(definition, field.name), plainType(field.type, this.#names), [
          ...field.doc,
          ...length,
        ]);
      }
    });
  }

  table(definition: TableDef): void {
    const fields = valueFields(definition);
    const fallback = `A value of the table ${definition.name}.`;
    this.#class(
      this.#names.value(definition),
      'slots=True, kw_only=True',
      definition.doc,
      fallback,
      () => {
        for (const field of fields) this.#field(definition, field);
      },
      fields.length === 0,
    );
  }

  #field(definition: TableDef, field: TableField): void {
    const value = defaultValue(field, this.#names);
    const type = `${plainType(field.type, this.#names)}${canBeAbsent(field) ? ' | None' : ''}`;
    if (value?.startsWith('field(')) this.#file.from('dataclasses', 'field');
    const attribute = this.#names.attribute(definition, field.name);
    this.#attribute(attribute, value === undefined ? type : `${type} = ${value}`, field.doc);
  }

  #attribute(name: string, type: string, doc: readonly string[]): void {
    const { body } = this.#file;
    if (type.includes('Sequence[')) this.#file.from('collections.abc', 'Sequence');
    this.#file.declare(name);
    const long = /^(.*) = (".*")$/s.exec(type);
    if (long !== null && !body.fits(`${name}: ${type}`)) {
      body.line(`${name}: ${long[1]} = (`);
      body.indented(() => body.line(`${long[2]}${body.fits(long[2]!) ? '' : '  # noqa: E501'}`));
      body.line(')');
    } else body.line(`${name}: ${type}`);
    printDocstring(body, doc);
  }

  #class(
    name: string,
    options: string,
    doc: readonly string[],
    fallback: string,
    fields: () => void,
    isEmpty = false,
  ): void {
    const { body } = this.#file;
    this.#file.from('__future__', 'annotations');
    this.#file.topLevel();
    body.line(`@${this.#file.from('dataclasses', 'dataclass')}(${options})`);
    body.line(`class ${this.#file.declareClass(name)}:`);
    body.indented(() => {
      printDocstring(body, doc, fallback);
      if (!isEmpty) body.blank();
      fields();
    });
  }

  wrappers(definition: UnionDef): void {
    for (const member of definition.members) {
      const name = this.#names.wrapper(definition, member);
      if (name === undefined) continue;
      const fallback = `The member ${member.name} of the union ${definition.name}, which has its type more than once.`;
      this.#class(name, 'slots=True', member.doc, fallback, () =>
        this.#attribute('value', plainType(member.type, this.#names), []),
      );
    }
  }

  union(definition: UnionDef, isFirst: boolean): void {
    const { body } = this.#file;
    const members = definition.members.map(
      (member) => this.#names.wrapper(definition, member) ?? plainType(member.type, this.#names),
    );
    const name = this.#names.value(definition);
    const alias = this.#file.from('typing', 'TypeAlias');
    const types = members.length === 0 ? 'None' : members.join(' | ');
    this.#file.constants(isFirst);
    if (body.fits(`${name}: ${alias} = ${types}`)) body.line(`${name}: ${alias} = ${types}`);
    else {
      body.line(`${name}: ${alias} = (`);
      body.indented(() => {
        if (body.fits(types)) body.line(types);
        else for (const [n, member] of members.entries()) body.line(n === 0 ? member : `| ${member}`);
      });
      body.line(')');
    }
    printDocstring(
      body,
      definition.doc,
      `A value of the union ${definition.name}: its type says which member it is.`,
    );
  }
}
