import type { UnionDef, UnionMember } from '../../../model.ts';
import { stringLiteral } from '../../../printer/index.ts';
import type { CodecFile } from './codec-file.ts';

/** Prints the functions for a union: which type code a value has, writing it, reading it. */
export function printUnionCodec(codecs: CodecFile, union: UnionDef): void {
  printCodeOf(codecs, union);
  codecs.body.blank();
  printEncoder(codecs, union);
  codecs.body.blank();
  printDecoder(codecs, union);
}

function printCodeOf(codecs: CodecFile, union: UnionDef): void {
  const { body } = codecs;
  const wrongValue = codecs.support('wrongValue');
  const parameters = [`value: ${codecs.init(union)}`, 'field: string'];
  codecs.printFunction(`function ${codecs.codeOf(union)}`, parameters, 'number', () => {
    codecs.printIf("typeof value !== 'object' || value === null", `${wrongValue}(field, 'union', value);`);
    body.block('switch (value.type) {', () => {
      for (const member of union.members) {
        body.line(`case ${literal(member)}:`);
        body.indented(() => body.line(`return ${member.code};`));
      }
      body.line('default:');
      body.indented(() => {
        const expected = union.members.map((member) => member.name).join(', ');
        codecs.print(
          `return ${codecs.support('wrongUnionType')}(field, ${stringLiteral(expected, "'")}, value);`,
        );
      });
    });
  });
}

function printEncoder(codecs: CodecFile, union: UnionDef): void {
  const { body, names } = codecs;
  const parameters = [
    `writer: ${codecs.file.codecType('Writer')}`,
    'slot: number',
    `value: ${codecs.init(union)}`,
    'depth: number',
  ];
  body.line(`/** Writes the member of a \`${union.name}\` and enters its offset at \`slot\`. */`);
  codecs.printFunction(`export function ${names.encoder(union)}`, parameters, 'void', () => {
    body.block('switch (value.type) {', () => {
      for (const member of union.members) {
        body.line(`case ${literal(member)}:`);
        body.indented(() => {
          for (const statement of write(codecs, union, member)) codecs.print(statement);
          body.line('break;');
        });
      }
    });
  });
}

function write(codecs: CodecFile, union: UnionDef, { name, type }: UnionMember): string[] {
  const { names } = codecs;
  switch (type.kind) {
    case 'string':
      return [`writer.string(slot, value.value, '${union.name}.${name}');`];
    case 'table':
      return [`${names.encoder(type.table)}(writer, slot, value.value, depth);`];
    case 'struct': {
      const { size, alignment } = type.struct;
      // Making room may replace the view.
      return [
        `writer.struct(slot, ${size}, ${alignment});`,
        `${names.encoder(type.struct)}(writer.view, writer.position - ${size}, value.value);`,
      ];
    }
  }
}

function printDecoder(codecs: CodecFile, union: UnionDef): void {
  const { body, names } = codecs;
  const parameters = [
    `reader: ${codecs.file.codecType('Reader')}`,
    'code: number',
    'slot: number',
    'depth: number',
  ];
  body.line(
    `/** Reads the member of a \`${union.name}\` that \`code\` names; its offset is stored at \`slot\`. */`,
  );
  codecs.printFunction(`export function ${names.decoder(union)}`, parameters, codecs.received(union), () => {
    body.line(`if (slot === 0) ${codecs.support('missingField')}('the value of ${union.name}');`);
    body.block('switch (code) {', () => {
      for (const member of union.members) {
        body.line(`case ${member.code}:`);
        body.indented(() => {
          const items = [`type: ${literal(member)}`, `value: ${read(codecs, member)}`];
          body.list('return {', items, '};', { padded: true });
        });
      }
      body.line('default:');
      body.indented(() => body.line(`return reader.fail(slot, \`${union.name} has no member \${code}\`);`));
    });
  });
}

function read(codecs: CodecFile, { type }: UnionMember): string {
  const { names } = codecs;
  switch (type.kind) {
    case 'string':
      return 'reader.string(slot)';
    case 'table':
      return `${names.decoder(type.table)}(reader, reader.indirect(slot), depth)`;
    case 'struct':
      return `${names.decoder(type.struct)}(reader.view, reader.struct(slot, ${type.struct.size}))`;
  }
}

function literal(member: UnionMember): string {
  return stringLiteral(member.name, "'");
}
