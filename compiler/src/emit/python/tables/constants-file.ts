import type { EnumDef, UnionDef } from '../../../model.ts';
import { NameScope } from '../../../printer/index.ts';
import type { GeneratedFile } from '../../generated-file.ts';
import { printDocstring } from '../docstring.ts';
import { keywords } from '../reserved-words.ts';
import { type PythonContext, PythonFile } from '../source-file.ts';
import type { ClassLayout } from './class-layout.ts';

/** The module of an enum, or of a union's type codes: a class of numbers. */
export function emitConstants(
  context: PythonContext,
  definition: EnumDef | UnionDef,
  layout: ClassLayout,
): GeneratedFile {
  const { name, folders } = layout.of(definition);
  const file = new PythonFile(context, [...folders, `${name}.py`].join('/'));
  const { body } = file;
  const isUnion = definition.kind === 'union';
  const scope = new NameScope([...keywords]);
  file.topLevel();
  body.line(`class ${file.declareClass(name)}:`);
  body.indented(() => {
    printDocstring(
      body,
      definition.doc,
      `${isUnion ? 'The type codes of' : 'The values of'} ${definition.name}.`,
    );
    body.blank();
    if (isUnion) body.line(`${scope.claim('NONE')} = 0`);
    const values = isUnion
      ? definition.members.map((member) => ({ name: member.name, value: BigInt(member.code) }))
      : definition.values;
    for (const value of values) body.line(`${file.declare(scope.claim(value.name))} = ${value.value}`);
  });
  return file.finish(`${definition.name} in the shape of the official compiler.`);
}
