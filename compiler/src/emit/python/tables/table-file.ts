import type { TableDef, TableField, Type } from '../../../model.ts';
import { NameScope, pascalCase } from '../../../printer/index.ts';
import type { GeneratedFile } from '../../generated-file.ts';
import { valueFields } from '../../value-fields.ts';
import { printDocstring } from '../docstring.ts';
import { withoutDunder } from '../names.ts';
import { keywords } from '../reserved-words.ts';
import { defaultNumber } from '../scalar-code.ts';
import { type PythonContext, PythonFile } from '../source-file.ts';
import type { ClassLayout } from './class-layout.ts';
import { elementBytes } from './element-layout.ts';
import { flagsOf, scalarType } from './scalar-flags.ts';
import { printTableBuilders } from './table-builders.ts';

/** The module of a table: its accessors, and behind them the functions that build one. */
export function emitTable(context: PythonContext, table: TableDef, layout: ClassLayout): GeneratedFile {
  return new TableFile(context, table, layout).emit();
}

class TableFile {
  readonly #context: PythonContext;
  readonly #table: TableDef;
  readonly #layout: ClassLayout;
  readonly #folders: readonly string[];
  readonly #name: string;
  readonly #file: PythonFile;
  readonly #any: string;

  constructor(context: PythonContext, table: TableDef, layout: ClassLayout) {
    const { name, folders } = layout.of(table);
    this.#context = context;
    this.#table = table;
    this.#layout = layout;
    this.#folders = folders;
    this.#name = name;
    this.#file = new PythonFile(context, [...folders, `${name}.py`].join('/'));
    this.#any = this.#file.anyBeside(name);
  }

  emit(): GeneratedFile {
    const file = this.#file;
    const { body } = file;
    const fields = valueFields(this.#table).filter(isSupported);
    file.from('__future__', 'annotations');
    file.whole('flatbuffers');
    file.topLevel();
    body.line(`class ${file.declareClass(this.#name)}:`);
    body.indented(() => {
      printDocstring(
        body,
        this.#table.doc,
        `The table ${this.#table.name}, read in place. Check the bytes first.`,
      );
      body.blank();
      body.line('__slots__ = ("_tab",)');
      body.blank();
      body.line(`_tab: ${this.#any}`);
      this.#printRoot();
      const scope = new NameScope([...keywords, 'Init', 'GetRootAs', `GetRootAs${this.#name}`]);
      for (const field of fields) this.#printAccessors(field, scope);
    });
    printTableBuilders(file, this.#any, this.#name, this.#table, fields);
    return file.finish(`${this.#table.name} in the shape of the official compiler.`);
  }

  #printRoot(): void {
    const parameters = ['cls', `buf: ${this.#any}`, 'offset: int = 0'];
    this.#method(
      'GetRootAs',
      parameters,
      this.#name,
      'Read the root of a message.',
      [
        'at = flatbuffers.encode.Get(flatbuffers.packer.uoffset, buf, offset)',
        'table = cls()',
        'table.Init(buf, at + offset)',
        'return table',
      ],
      true,
    );
    this.#method(
      `GetRootAs${this.#name}`,
      parameters,
      this.#name,
      'As `GetRootAs`, by its older name.',
      ['return cls.GetRootAs(buf, offset)'],
      true,
    );
    const { fileIdentifier } = this.#context.schema;
    if (fileIdentifier !== undefined) {
      const bytes = [...Buffer.from(fileIdentifier)]
        .map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`)
        .join('');
      const all = [...parameters, 'size_prefixed: bool = False'];
      this.#method(
        `${this.#name}BufferHasIdentifier`,
        all,
        'bool',
        "Whether a message has the schema's file identifier.",
        [
          `has = flatbuffers.util.BufferHasIdentifier(buf, offset, b"${bytes}", size_prefixed=size_prefixed)`,
          'return bool(has)',
        ],
        true,
      );
    }
    this.#method(
      'Init',
      ['self', `buf: ${this.#any}`, 'pos: int'],
      'None',
      'Turn to the one at a position.',
      ['self._tab = flatbuffers.table.Table(buf, pos)'],
    );
  }

  #printAccessors(field: TableField, scope: NameScope): void {
    const { type } = field;
    const name = claimAccessors(scope, field);
    const doc = (what = ''): string => `The field ${field.name}${what}.`;
    const entry = 4 + 2 * field.slot;
    const look = `at = self._tab.Offset(${entry})`;
    if (type.kind === 'union') {
      this.#method(`${name}Type`, ['self'], 'int', doc("'s type code"), [
        `at = self._tab.Offset(${entry - 2})`,
        'if at == 0:',
        '    return 0',
        'code: int = self._tab.Get(flatbuffers.number_types.Uint8Flags, at + self._tab.Pos)',
        'return code',
      ]);
      this.#method(name, ['self'], this.#any, doc(', as a plain table to `Init` another from'), [
        look,
        'if at == 0:',
        '    return None',
        'table = flatbuffers.table.Table(bytearray(), 0)',
        'self._tab.Union(table, at)',
        'return table',
      ]);
      return;
    }
    if (type.kind === 'vector') {
      this.#printVector(field, name, type.element, look, doc);
      return;
    }
    const { result, lines, absent } = this.#single(field, type, 'at + self._tab.Pos');
    this.#method(name, ['self'], absent === 'None' ? `${result} | None` : result, doc(), [
      look,
      'if at == 0:',
      `    return ${absent}`,
      ...lines,
    ]);
  }

  #printVector(
    field: TableField,
    name: string,
    element: Extract<Type, { kind: 'vector' }>['element'],
    look: string,
    doc: (what?: string) => string,
  ): void {
    const { result, lines, absent } = this.#single(
      undefined,
      element,
      `self._tab.Vector(at) + j * ${elementBytes(element)}`,
    );
    this.#method(
      name,
      ['self', 'j: int'],
      absent === 'None' ? `${result} | None` : result,
      doc(': one element'),
      [look, 'if at == 0:', `    return ${absent}`, ...lines],
    );
    if (element.kind === 'scalar' || element.kind === 'enum') {
      this.#method(`${name}AsNumpy`, ['self'], this.#any, doc(' as an array, which takes numpy'), [
        look,
        'if at == 0:',
        '    return 0',
        `return self._tab.GetVectorAsNumpy(${flagsOf(element)}, at)`,
      ]);
    }
    this.#method(`${name}Length`, ['self'], 'int', `How many elements ${field.name} has.`, [
      look,
      'if at == 0:',
      '    return 0',
      'length: int = self._tab.VectorLen(at)',
      'return length',
    ]);
    this.#method(`${name}IsNone`, ['self'], 'bool', `Whether ${field.name} is absent.`, [
      `return bool(self._tab.Offset(${4 + 2 * field.slot}) == 0)`,
    ]);
  }

  /** How one value is read that lies at a place, and what stands for it where it is absent. */
  #single(
    field: TableField | undefined,
    type: Exclude<Type, { kind: 'vector' | 'array' | 'union' }> | Type,
    place: string,
  ): { result: string; lines: string[]; absent: string } {
    switch (type.kind) {
      case 'scalar':
      case 'enum': {
        const result = scalarType(type);
        const none = result === 'bool' ? 'False' : result === 'float' ? '0.0' : '0';
        const absent = field === undefined ? none : (defaultNumber(field) ?? 'None');
        return {
          result,
          lines: [`value: ${result} = self._tab.Get(${flagsOf(type)}, ${place})`, 'return value'],
          absent,
        };
      }
      case 'string':
        return {
          result: 'bytes',
          lines: [`text: bytes = self._tab.String(${place})`, 'return text'],
          absent: field === undefined ? 'b""' : 'None',
        };
      case 'struct':
      case 'table': {
        const definition = type.kind === 'struct' ? type.struct : type.table;
        const { name } = this.#layout.of(definition);
        const isSelf = definition === this.#table;
        const module = this.#layout.module(this.#folders, definition);
        // An accessor of the type's own name would hide it.
        const result = isSelf ? this.#ownType() : this.#file.typeOnly(module, name);
        const at = type.kind === 'struct' ? place : `self._tab.Indirect(${place})`;
        const lines = [`obj = ${name}()`, `obj.Init(self._tab.Bytes, ${at})`, 'return obj'];
        return {
          result,
          lines: isSelf ? lines : [`from ${module} import ${name}`, '', ...lines],
          absent: 'None',
        };
      }
      default:
        throw new Error(`no accessor for ${type.kind}`);
    }
  }

  /** The class itself as a type, unless an accessor hides it. */
  #ownType(): string {
    const isHidden = this.#table.fields.some(({ name }) => pascalCase(name) === this.#name);
    return isHidden ? this.#any : this.#name;
  }

  #method(
    name: string,
    parameters: readonly string[],
    result: string,
    doc: string,
    lines: readonly string[],
    isClassMethod = false,
  ): void {
    const { body } = this.#file;
    body.blank();
    if (isClassMethod) body.line('@classmethod');
    // The linter minds such names of functions, which are the field's.
    const mark = /^[IOl]$/.test(name) ? '  # noqa: E743' : '';
    body.list(`def ${name}(`, parameters, `) -> ${result}:${mark}`);
    body.indented(() => {
      body.line(`"""${doc}"""`);
      for (const line of lines) body.line(line);
    });
  }
}

/** The official compiler has no code for vectors of unions in Python. */
function isSupported({ type }: TableField): boolean {
  return type.kind !== 'vector' || type.element.kind !== 'union';
}

/** The name of a field's accessor, where those that go with it are free as well. */
function claimAccessors(scope: NameScope, { name, type }: TableField): string {
  const endings =
    type.kind === 'union' ? ['Type'] : type.kind === 'vector' ? ['AsNumpy', 'Length', 'IsNone'] : [];
  const wanted = pascalCase(withoutDunder(name));
  return wanted + scope.claimAll((mark) => ['', ...endings].map((ending) => `${wanted}${mark}${ending}`));
}
