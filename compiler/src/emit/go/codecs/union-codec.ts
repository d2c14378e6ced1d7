import type { UnionDef, UnionMember } from '../../../model.ts';
import type { GoNames } from '../names.ts';
import type { GoFile } from '../source-file.ts';

/** Prints the functions for a union: which type code a value has, writing it, reading it. */
export function printUnionCodec(file: GoFile, union: UnionDef, names: GoNames): void {
  const { body } = file;
  const stem = names.stem(union);
  const value = names.value(union);
  const writer = file.use('codec', 'Writer');
  const expected = union.members.map((member) => names.wrapper(union, member.name)).join(', ');

  body.line(`// codeOf${stem} is the type code of a member; a fault of the field where there is none.`);
  body.block(`func codeOf${stem}(w *${writer}, v ${value}, field string) uint8 {`, () => {
    body.line('switch v.(type) {');
    for (const member of union.members) {
      body.line(`case ${names.wrapper(union, member.name)}:`);
      body.indented(() => body.line(`return ${member.code}`));
    }
    body.line('default:');
    body.indented(() => {
      body.line(`w.Fail(field + " must be one of ${expected}")`);
      body.line('return 0');
    });
    body.line('}');
  });
  body.blank();

  body.line(`// encode${stem} writes the member of a ${union.name} and enters its offset at slot.`);
  body.block(`func encode${stem}(w *${writer}, slot int, v ${value}, depth int) {`, () => {
    body.line('switch v := v.(type) {');
    for (const member of union.members) {
      body.line(`case ${names.wrapper(union, member.name)}:`);
      body.indented(() => body.line(write(union, member, names)));
    }
    body.line('}');
  });
  body.blank();

  body.line(
    `// decode${stem} reads the member of a ${union.name} that code names; its offset is stored at slot.`,
  );
  const reader = file.use('codec', 'Reader');
  body.block(`func decode${stem}(r *${reader}, code uint8, slot, depth int) ${value} {`, () => {
    body.line('switch code {');
    for (const member of union.members) {
      body.line(`case ${member.code}:`);
      body.indented(() => body.line(read(union, member, names)));
    }
    body.line('default:');
    body.indented(() => {
      body.line(`r.UnknownMember(slot, "${union.name}", code)`);
      body.line('return nil');
    });
    body.line('}');
  });
}

function write(union: UnionDef, { name, type }: UnionMember, names: GoNames): string {
  switch (type.kind) {
    case 'string':
      return `w.String(slot, v.Value, "${union.name}.${name}")`;
    case 'table':
      return `encode${names.stem(type.table)}(w, slot, v.Value, depth)`;
    case 'struct': {
      const { size, alignment } = type.struct;
      return (
        `if at := w.Struct(slot, ${size}, ${alignment}); at != 0 {\n` +
        `\tput${names.stem(type.struct)}(w, at, &v.Value)\n}`
      );
    }
  }
}

function read(union: UnionDef, member: UnionMember, names: GoNames): string {
  const wrapper = names.wrapper(union, member.name);
  const { type } = member;
  switch (type.kind) {
    case 'string':
      return `return ${wrapper}{r.String(slot)}`;
    case 'table':
      return `return ${wrapper}{decode${names.stem(type.table)}(r, r.Indirect(slot), depth)}`;
    case 'struct':
      return (
        `var v ${wrapper}\n` +
        `if at := r.Struct(slot, ${type.struct.size}); at != 0 {\n` +
        `\tget${names.stem(type.struct)}(r, at, &v.Value)\n}\n` +
        'return v'
      );
  }
}
