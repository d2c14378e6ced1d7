import type { StructDef, StructField } from '../../../model.ts';
import { lowerCamel, NameScope, pascalCase } from '../../../printer/index.ts';
import type { GeneratedFile } from '../../generated-file.ts';
import { printDocstring } from '../docstring.ts';
import { withoutDunder } from '../names.ts';
import { ambiguous, builtins, keywords } from '../reserved-words.ts';
import { scalarBytes, wireScalar } from '../scalar-code.ts';
import { type PythonContext, PythonFile } from '../source-file.ts';
import type { ClassLayout } from './class-layout.ts';
import { flagsOf, officialName, scalarType } from './scalar-flags.ts';

/** The module of a struct: its accessors, and the function that creates one. */
export function emitStruct(context: PythonContext, struct: StructDef, layout: ClassLayout): GeneratedFile {
  const { name, folders } = layout.of(struct);
  const file = new PythonFile(context, [...folders, `${name}.py`].join('/'));
  const { body } = file;
  const any = file.anyBeside(name);
  file.from('__future__', 'annotations');
  file.whole('flatbuffers');
  file.topLevel();
  body.line(`class ${file.declareClass(name)}:`);
  body.indented(() => {
    printDocstring(body, struct.doc, `The struct ${struct.name}, read in place.`);
    body.blank();
    body.line('__slots__ = ("_tab",)');
    body.blank();
    body.line(`_tab: ${any}`);
    method(
      file,
      'SizeOf',
      ['cls'],
      'int',
      'Return the bytes that one takes.',
      [`return ${struct.size}`],
      true,
    );
    method(file, 'Init', ['self', `buf: ${any}`, 'pos: int'], 'None', 'Turn to the one at a position.', [
      'self._tab = flatbuffers.table.Table(buf, pos)',
    ]);
    const scope = new NameScope(['Init', 'SizeOf', ...keywords]);
    for (const field of struct.fields)
      printAccessor(file, field, claimAccessors(scope, field), layout, folders, any);
  });
  printCreate(file, struct, name, any);
  return file.finish(`${struct.name} in the shape of the official compiler.`);
}

function method(
  { body }: PythonFile,
  name: string,
  parameters: readonly string[],
  result: string,
  doc: string,
  lines: readonly string[],
  isClassMethod = false,
): void {
  body.blank();
  if (isClassMethod) body.line('@classmethod');
  body.list(`def ${name}(`, parameters, `) -> ${result}:`);
  body.indented(() => {
    body.line(`"""${doc}"""`);
    for (const line of lines) body.line(line);
  });
}

function printAccessor(
  file: PythonFile,
  field: StructField,
  name: string,
  layout: ClassLayout,
  folders: readonly string[],
  any: string,
): void {
  const { type, offset } = field;
  const at = `self._tab.Pos + ${offset}`;
  const doc = `The field ${field.name}.`;
  if (type.kind === 'struct') {
    const place = layout.of(type.struct);
    method(file, name, ['self', `obj: ${any}`], any, `${doc} Turns the object, a ${place.name}, to it.`, [
      `obj.Init(self._tab.Bytes, ${at})`,
      'return obj',
    ]);
  } else if (type.kind !== 'array') {
    const result = scalarType(type);
    method(file, name, ['self'], result, doc, [
      `value: ${result} = self._tab.Get(${flagsOf(type)}, ${at})`,
      'return value',
    ]);
  } else {
    const { element, length } = type;
    if (element.kind === 'struct') {
      const module = layout.module(folders, element.struct);
      const { name: inner } = layout.of(element.struct);
      const annotation = file.typeOnly(module, inner);
      method(file, name, ['self', 'j: int'], annotation, `${doc} One element.`, [
        `from ${module} import ${inner}`,
        '',
        `obj = ${inner}()`,
        `obj.Init(self._tab.Bytes, ${at} + j * ${element.struct.size})`,
        'return obj',
      ]);
    } else {
      const result = `list[${scalarType(element)}]`;
      const size = scalarBytes[wireScalar(element)];
      method(file, name, ['self'], result, doc, [
        `at = ${at}`,
        `return [self._tab.Get(${flagsOf(element)}, at + j * ${size}) for j in range(${length})]`,
      ]);
    }
    method(file, `${name}Length`, ['self'], 'int', 'How many there are.', [`return ${length}`]);
    method(file, `${name}IsNone`, ['self'], 'bool', 'A struct has all of them.', ['return False']);
  }
}

function printCreate(file: PythonFile, struct: StructDef, name: string, any: string): void {
  const { body } = file;
  const scope = new NameScope(['builder', ...keywords, ...builtins, ...ambiguous]);
  const lines: string[] = [];
  const parameters: string[] = [];
  const push = (text: string, depth: number): void => void lines.push(`${'    '.repeat(depth)}${text}`);
  /** Back to front, as the builder wants it; parameters front to back. */
  const write = (owner: StructDef, prefix: string, indices: readonly number[]): void => {
    const depth = indices.length;
    push(`builder.Prep(${owner.alignment}, ${owner.size})`, depth);
    let end = owner.size;
    for (const field of [...owner.fields].reverse()) {
      const { type } = field;
      const size =
        type.kind === 'struct'
          ? type.struct.size
          : type.kind === 'array'
            ? type.length *
              (type.element.kind === 'struct'
                ? type.element.struct.size
                : scalarBytes[wireScalar(type.element)])
            : scalarBytes[wireScalar(type)];
      const gap = end - field.offset - size;
      if (gap > 0) push(`builder.Pad(${gap})`, depth);
      end = field.offset;
      const own = `${prefix}${field.name}`;
      if (type.kind === 'struct') write(type.struct, `${own}_`, indices);
      else if (type.kind !== 'array')
        push(`builder.Prepend${officialName(type)}(${argument(own)}${at(indices)})`, depth);
      else {
        const inner = [...indices, depth];
        push(`for i${depth} in range(${type.length - 1}, -1, -1):`, depth);
        if (type.element.kind === 'struct') write(type.element.struct, `${own}_`, inner);
        else push(`builder.Prepend${officialName(type.element)}(${argument(own)}${at(inner)})`, depth + 1);
      }
    }
  };
  const names = new Map<string, string>();
  const argument = (path: string): string => names.get(path)!;
  const at = (indices: readonly number[]): string => indices.map((n) => `[i${n}]`).join('');
  const collect = (owner: StructDef, prefix: string, depth: number): void => {
    for (const { name: field, type } of owner.fields) {
      const own = `${prefix}${field}`;
      if (type.kind === 'struct') collect(type.struct, `${own}_`, depth);
      else if (type.kind === 'array' && type.element.kind === 'struct')
        collect(type.element.struct, `${own}_`, depth + 1);
      else {
        const scalar =
          type.kind === 'array' ? (type.element as Exclude<typeof type.element, { kind: 'struct' }>) : type;
        let annotation = scalarType(scalar);
        for (let n = type.kind === 'array' ? depth + 1 : depth; n > 0; n--)
          annotation = `Sequence[${annotation}]`;
        if (annotation.startsWith('Sequence')) file.from('collections.abc', 'Sequence');
        const parameter = scope.claim(lowerCamel(own));
        names.set(own, parameter);
        parameters.push(`${parameter}: ${annotation}`);
      }
    }
  };
  collect(struct, '', 0);
  write(struct, '', []);
  file.topLevel();
  body.list(`def Create${name}(`, [`builder: ${any}`, ...parameters], ') -> int:');
  body.indented(() => {
    body.line(`"""Write a ${struct.name} where the builder stands."""`);
    for (const line of lines) body.line(line);
    body.line('offset: int = builder.Offset()');
    body.line('return offset');
  });
}

/** The name of a field's accessor, where those that go with it are free as well. */
function claimAccessors(scope: NameScope, { name, type }: StructField): string {
  const endings = type.kind === 'array' ? ['', 'Length', 'IsNone'] : [''];
  const wanted = pascalCase(withoutDunder(name));
  return wanted + scope.claimAll((mark) => endings.map((ending) => `${wanted}${mark}${ending}`));
}
