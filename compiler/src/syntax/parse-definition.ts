import { type Cursor, giveUp } from './cursor.ts';
import { parseAttributes, parseNumber, parseValue } from './parse-attributes.ts';
import { parseBlock, parseCommaBlock } from './parse-block.ts';
import type {
  EnumNode,
  EnumValueNode,
  FieldNode,
  MethodNode,
  ServiceNode,
  StructNode,
  TableNode,
  TypeNode,
  UnionMemberNode,
  UnionNode,
} from './tree.ts';

/** What stands before the braces of every definition: the keyword is taken, the doc known. */
interface Head {
  readonly doc: readonly string[];
}

export function parseRecord(cursor: Cursor, kind: 'table' | 'struct', { doc }: Head): TableNode | StructNode {
  const name = cursor.name(`the name of the ${kind}`);
  const attributes = parseAttributes(cursor);
  const fields: FieldNode[] = [];
  const owner = `${kind} \`${name.text}\``;
  const damaged = parseBlock(cursor, owner, () => fields.push(parseField(cursor)));
  return { kind, name, doc, attributes, fields, damaged };
}

function parseField(cursor: Cursor): FieldNode {
  const { doc } = cursor.token;
  const name = cursor.name('the name of a field, or `}`');
  cursor.expect(':', `after the field \`${name.text}\``);
  const type = parseType(cursor);
  const value = cursor.accept('=') ? parseValue(cursor, `a default for \`${name.text}\``) : undefined;
  const attributes = parseAttributes(cursor);
  cursor.expectSemicolon(`after the field \`${name.text}\``);
  return { name, type, default: value, attributes, doc };
}

function parseType(cursor: Cursor): TypeNode {
  const { start } = cursor.token;
  if (!cursor.accept('[')) {
    const path = cursor.path('a type');
    return { kind: 'named', path, span: path.span };
  }
  if (cursor.is('[')) {
    const hint = 'wrap the inner vector in a table';
    cursor.reporter.error(cursor.span(cursor.token), 'a vector of vectors is not supported', hint);
    throw giveUp;
  }
  const element = cursor.path('the type of the elements');
  if (!cursor.accept(':')) {
    cursor.expect(']', `after \`${element.text}\``);
    return { kind: 'vector', element, span: cursor.spanFrom(start) };
  }
  if (!cursor.isKind('integer')) cursor.fail('the length of the array, a whole number');
  const length = parseNumber(cursor, 'integer');
  cursor.expect(']', 'after the length of the array');
  return { kind: 'array', element, length, span: cursor.spanFrom(start) };
}

export function parseEnum(cursor: Cursor, { doc }: Head): EnumNode {
  const name = cursor.name('the name of the enum');
  const hint = `name its underlying type: \`enum ${name.text} : byte\``;
  let underlying: EnumNode['underlying'];
  if (cursor.accept(':')) underlying = cursor.path('an integer type');
  else cursor.reporter.error(name.span, `the enum \`${name.text}\` has no underlying type`, hint);
  const attributes = parseAttributes(cursor);
  const values: EnumValueNode[] = [];
  const owner = `enum \`${name.text}\``;
  const damaged = parseCommaBlock(cursor, owner, () => values.push(parseEnumValue(cursor)));
  return { kind: 'enum', name, doc, attributes, underlying, values, damaged };
}

function parseEnumValue(cursor: Cursor): EnumValueNode {
  const { doc } = cursor.token;
  const name = cursor.name('the name of a value, or `}`');
  return { name, value: parseCode(cursor), doc };
}

function parseCode(cursor: Cursor): EnumValueNode['value'] {
  if (!cursor.accept('=')) return undefined;
  if (!cursor.isKind('integer')) cursor.fail('a whole number');
  return parseNumber(cursor, 'integer');
}

export function parseUnion(cursor: Cursor, { doc }: Head): UnionNode {
  const name = cursor.name('the name of the union');
  if (cursor.is(':')) {
    const colon = cursor.span(cursor.take());
    const hint = 'leave it out: the type codes of a union are bytes';
    cursor.reporter.error(colon, 'an underlying type for a union is not supported', hint);
    cursor.path('a type');
  }
  const attributes = parseAttributes(cursor);
  const members: UnionMemberNode[] = [];
  const owner = `union \`${name.text}\``;
  const damaged = parseCommaBlock(cursor, owner, () => members.push(parseMember(cursor)));
  return { kind: 'union', name, doc, attributes, members, damaged };
}

function parseMember(cursor: Cursor): UnionMemberNode {
  const { doc } = cursor.token;
  const first = cursor.path('a table, an alias, or `}`');
  const last = first.parts.at(-1) ?? first;
  if (!cursor.accept(':')) {
    return { name: last, type: first, aliased: false, code: parseCode(cursor), doc };
  }
  if (first.parts.length > 1) {
    cursor.reporter.error(first.span, `the alias \`${first.text}\` must be a name without dots`);
  }
  const type = cursor.path('a table, a struct, or `string`');
  return { name: last, type, aliased: true, code: parseCode(cursor), doc };
}

export function parseService(cursor: Cursor, { doc }: Head): ServiceNode {
  const name = cursor.name('the name of the service');
  const attributes = parseAttributes(cursor);
  const methods: MethodNode[] = [];
  const owner = `rpc_service \`${name.text}\``;
  const damaged = parseBlock(cursor, owner, () => methods.push(parseMethod(cursor)));
  return { kind: 'service', name, doc, attributes, methods, damaged };
}

function parseMethod(cursor: Cursor): MethodNode {
  const { doc } = cursor.token;
  const name = cursor.name('the name of a method, or `}`');
  cursor.expect('(', `and the request's table after the method \`${name.text}\``);
  const request = cursor.path("the request's table");
  cursor.expect(')', "after the request's table");
  cursor.expect(':', "and the response's table");
  const response = cursor.path("the response's table");
  const attributes = parseAttributes(cursor);
  cursor.expectSemicolon(`after the method \`${name.text}\``);
  return { name, request, response, attributes, doc };
}
