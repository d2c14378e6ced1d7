import type { TableDef, TableField } from '../../../model.ts';
import { lowerCamel, NameScope, pascalCase } from '../../../printer/index.ts';
import { ambiguous, builtins, keywords } from '../reserved-words.ts';
import { defaultNumber } from '../scalar-code.ts';
import type { PythonFile } from '../source-file.ts';
import { elementAlignment, elementBytes } from './element-layout.ts';
import { officialName, scalarType } from './scalar-flags.ts';

/** The functions that build a table over the official builder. @param any `Any`, as the file names it @param name of its class */
export function printTableBuilders(
  file: PythonFile,
  any: string,
  name: string,
  table: TableDef,
  fields: readonly TableField[],
): void {
  new TableBuilders(file, any, name, table).print(fields);
}

class TableBuilders {
  readonly #file: PythonFile;
  readonly #any: string;
  readonly #name: string;
  readonly #table: TableDef;

  constructor(file: PythonFile, any: string, name: string, table: TableDef) {
    this.#file = file;
    this.#any = any;
    this.#name = name;
    this.#table = table;
  }

  print(fields: readonly TableField[]): void {
    const scope = new NameScope([this.#name]);
    const slots = Math.max(0, ...this.#table.fields.map(({ slot }) => slot + 1));
    this.#function(scope, 'Start', [], 'None', 'Begin a table.', `builder.StartObject(${slots})`);
    for (const field of fields) {
      const camel = pascalCase(field.name);
      const parameter = new NameScope(['builder', ...keywords, ...builtins, ...ambiguous]).claim(
        lowerCamel(field.name),
      );
      const { type, slot } = field;
      if (type.kind === 'union') {
        const code = new NameScope(['builder', ...keywords, ...builtins, ...ambiguous]).claim(
          lowerCamel(`${field.name}_type`),
        );
        this.#function(
          scope,
          `Add${camel}Type`,
          [`${code}: int`],
          'None',
          `Set the type code of ${field.name}.`,
          `builder.PrependUint8Slot(${slot - 1}, ${code}, 0)`,
        );
      }
      this.#function(
        scope,
        `Add${camel}`,
        [`${parameter}: ${argumentType(field)}`],
        'None',
        `Set ${field.name}.`,
        add(field, parameter),
      );
      if (type.kind === 'vector') {
        const bytes = elementBytes(type.element);
        this.#function(
          scope,
          `Start${camel}Vector`,
          ['numElems: int'],
          'int',
          `Begin the vector of ${field.name}.`,
          `builder.StartVector(${bytes}, numElems, ${elementAlignment(type.element)})`,
        );
      }
    }
    this.#function(scope, 'End', [], 'int', 'End the table and return where it lies.', 'builder.EndObject()');
  }

  /** A function of the table's own name, and the short form that flatc has beside it. */
  #function(
    scope: NameScope,
    name: string,
    parameters: readonly string[],
    result: 'None' | 'int',
    doc: string,
    expression: string,
  ): void {
    const { body } = this.#file;
    const full = scope.claim(`${this.#name}${name}`);
    const all = [`builder: ${this.#any}`, ...parameters];
    const names = parameters.map((parameter) => parameter.split(':')[0]!);
    this.#file.topLevel();
    body.list(`def ${full}(`, all, `) -> ${result}:`);
    body.indented(() => {
      body.line(`"""${doc}"""`);
      if (result === 'None') body.line(expression);
      else body.line(`offset: int = ${expression}\nreturn offset`);
    });
    const short = scope.claim(name);
    this.#file.topLevel();
    body.list(`def ${short}(`, all, `) -> ${result}:`);
    body.indented(() => {
      body.line(`"""As \`${full}\`."""`);
      body.line(`${result === 'None' ? '' : 'return '}${full}(${['builder', ...names].join(', ')})`);
    });
  }
}

function argumentType({ type, default: fallback }: TableField): string {
  if (type.kind !== 'scalar' && type.kind !== 'enum') return 'int';
  return `${scalarType(type)}${fallback.kind === 'absent' ? ' | None' : ''}`;
}

function add(field: TableField, parameter: string): string {
  const { type, slot } = field;
  if (type.kind === 'scalar' || type.kind === 'enum') {
    const fallback = defaultNumber(field) ?? 'None';
    return `builder.Prepend${officialName(type)}Slot(${slot}, ${parameter}, ${fallback})`;
  }
  const kind = type.kind === 'struct' ? 'Struct' : 'UOffsetTRelative';
  return `builder.Prepend${kind}Slot(${slot}, ${parameter}, 0)`;
}
