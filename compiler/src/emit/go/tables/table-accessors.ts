import type { ElementType, TableDef, TableField } from '../../../model.ts';
import { type GoNames, tableMembers } from '../names.ts';
import { type ScalarType, scalarBytes, wireScalar } from '../scalar-code.ts';
import type { GoFile } from '../source-file.ts';
import { accessName, accessType, fallback, ownType } from './scalar-access.ts';

const offsetType = 'flatbuffers.UOffsetT';

/** Prints the accessor of a table and its methods, in flatc's shape. */
export function printTableAccessor(file: GoFile, table: TableDef, names: GoNames): void {
  const { body } = file;
  const name = names.stem(table);
  file.use('flatbuffers', 'Table');
  body.line(`// ${name} reads the table ${table.name} where it lies, with the official runtime.`);
  body.block(`type ${name} struct {`, () => body.line('_tab flatbuffers.Table'));
  printRoot(file, name, '');
  printRoot(file, name, 'SizePrefixed');
  body.blank();
  body.line(`// Init turns to the ${table.name} at a position.`);
  body.block(`func (rcv *${name}) Init(buf []byte, i ${offsetType}) {`, () =>
    body.line('rcv._tab.Bytes = buf\nrcv._tab.Pos = i'),
  );
  body.blank();
  body.line('// Table is where it reads.');
  body.block(`func (rcv *${name}) Table() flatbuffers.Table {`, () => body.line('return rcv._tab'));
  const members = tableMembers(table);
  for (const field of table.fields) {
    const member = members.get(field.name);
    if (member !== undefined) new Accessors(file, names, table, field, member.name).print();
  }
}

function printRoot({ body }: GoFile, name: string, prefixed: '' | 'SizePrefixed'): void {
  const skip = prefixed === '' ? '' : '+flatbuffers.SizeUint32';
  const where = prefixed === '' ? 'at offset' : 'behind the size at offset';
  body.blank();
  body.line(
    `// Get${prefixed}RootAs${name} reads the message ${where}, unchecked: only bytes that are trusted.`,
  );
  body.block(`func Get${prefixed}RootAs${name}(buf []byte, offset ${offsetType}) *${name} {`, () => {
    body.line(`n := flatbuffers.GetUOffsetT(buf[offset${skip}:])`);
    body.line(`x := &${name}{}`);
    body.line(`x.Init(buf, n+offset${skip})`);
    body.line('return x');
  });
}

/** The methods for one field. */
class Accessors {
  readonly #file: GoFile;
  readonly #names: GoNames;
  readonly #field: TableField;
  readonly #receiver: string;
  readonly #name: string;

  constructor(file: GoFile, names: GoNames, table: TableDef, field: TableField, name: string) {
    this.#file = file;
    this.#names = names;
    this.#field = field;
    this.#receiver = `func (rcv *${names.stem(table)})`;
    this.#name = name;
  }

  print(): void {
    const { type } = this.#field;
    switch (type.kind) {
      case 'scalar':
      case 'enum':
        this.#printScalar(type);
        break;
      case 'string':
        this.#method('() []byte', ['return rcv._tab.ByteVector(o + rcv._tab.Pos)'], 'nil');
        break;
      case 'struct':
        this.#printObject(this.#names.stem(type.struct), 'o + rcv._tab.Pos');
        break;
      case 'table':
        this.#printObject(this.#names.stem(type.table), 'rcv._tab.Indirect(o + rcv._tab.Pos)');
        break;
      case 'union':
        this.#method(
          `() ${this.#names.stem(type.union)}`,
          [`return ${this.#names.stem(type.union)}(rcv._tab.GetByte(o + rcv._tab.Pos))`],
          '0',
          { suffix: 'Type', slot: this.#field.slot - 1 },
        );
        this.#method('(obj *flatbuffers.Table) bool', ['rcv._tab.Union(obj, o)', 'return true'], 'false');
        break;
      case 'vector':
        // flatc has no code for these in Go.
        if (type.element.kind !== 'union') this.#printVector(type.element);
    }
  }

  #printScalar(type: ScalarType): void {
    const read = ownType(type, this.#names, `rcv._tab.Get${accessName(type)}(o + rcv._tab.Pos)`);
    const goType = accessType(type, this.#names);
    if (this.#field.default.kind === 'value') {
      this.#method(`() ${goType}`, [`return ${read}`], fallback(this.#file, this.#field));
    } else {
      this.#method(`() *${goType}`, [`v := ${read}`, 'return &v'], 'nil');
    }
  }

  #printObject(name: string, position: string): void {
    const lines = [
      `x := ${position}`,
      'if obj == nil {',
      `\tobj = new(${name})`,
      '}',
      'obj.Init(rcv._tab.Bytes, x)',
      'return obj',
    ];
    this.#method(`(obj *${name}) *${name}`, lines, 'nil');
  }

  #printVector(element: Exclude<ElementType, { kind: 'union' }>): void {
    switch (element.kind) {
      case 'scalar':
      case 'enum': {
        const bytes = scalarBytes[wireScalar(element)];
        const read = `rcv._tab.Get${accessName(element)}(a + ${offsetType}(j*${bytes}))`;
        const none = element.kind === 'scalar' && element.scalar === 'bool' ? 'false' : '0';
        const lines = ['a := rcv._tab.Vector(o)', `return ${ownType(element, this.#names, read)}`];
        this.#method(`(j int) ${accessType(element, this.#names)}`, lines, none);
        break;
      }
      case 'string':
        this.#method(
          '(j int) []byte',
          ['a := rcv._tab.Vector(o)', `return rcv._tab.ByteVector(a + ${offsetType}(j*4))`],
          'nil',
        );
        break;
      case 'struct':
      case 'table': {
        const isTable = element.kind === 'table';
        const name = this.#names.stem(isTable ? element.table : element.struct);
        const lines = [
          'x := rcv._tab.Vector(o)',
          `x += ${offsetType}(j) * ${isTable ? 4 : element.struct.size}`,
          ...(isTable ? ['x = rcv._tab.Indirect(x)'] : []),
          'obj.Init(rcv._tab.Bytes, x)',
          'return true',
        ];
        this.#method(`(obj *${name}, j int) bool`, lines, 'false');
      }
    }
    this.#method('() int', ['return rcv._tab.VectorLen(o)'], '0', { suffix: 'Length' });
    if ((element.kind === 'scalar' || element.kind === 'enum') && wireScalar(element) === 'uint8') {
      this.#method('() []byte', ['return rcv._tab.ByteVector(o + rcv._tab.Pos)'], 'nil', { suffix: 'Bytes' });
    }
  }

  /** A method that looks the field up, and answers `none` where it is absent. */
  #method(
    signature: string,
    lines: readonly string[],
    none: string,
    { suffix = '', slot = this.#field.slot }: { suffix?: string; slot?: number } = {},
  ): void {
    const { body } = this.#file;
    body.blank();
    body.line(`// ${this.#name}${suffix} is of the field ${this.#field.name}.`);
    body.block(`${this.#receiver} ${this.#name}${suffix}${signature} {`, () => {
      body.line(`o := ${offsetType}(rcv._tab.Offset(${4 + 2 * slot}))`);
      body.block('if o != 0 {', () => {
        for (const line of lines) body.line(line);
      });
      body.line(`return ${none}`);
    });
  }
}
