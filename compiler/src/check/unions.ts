import type { UnionMember } from '../model.ts';
import type { UnionMemberNode } from '../syntax/tree.ts';
import { checkAttributes } from './attributes.ts';
import type { Context } from './context.ts';
import { parseInteger } from './numbers.ts';
import type { Scope, UnionSymbol } from './symbols.ts';
import { elementType } from './types.ts';

/** Type codes are bytes, and 0 is NONE. */
const MAX_CODE = 255n;

/** Fills in a union: its members by rising type code. */
export function checkUnion({ node, definition }: UnionSymbol, scope: Scope, context: Context): void {
  const { reporter } = context;
  definition.attributes = checkAttributes(node.attributes, 'union', context);
  if (node.members.length === 0 && !node.damaged) {
    reporter.error(node.name.span, `the union \`${node.name.text}\` has no members`);
  }
  const names = new Set(['NONE']);
  const byCode = new Map([[0n, 'NONE']]);
  let next = 1n;
  for (const member of node.members) {
    const name = member.name.text;
    const code = member.code === undefined ? next : (parseInteger(member.code.text) ?? 0n);
    next = code + 1n;
    const type = memberType(member, scope, context);
    const span = member.code?.span ?? member.name.span;
    const twin = byCode.get(code);
    if (names.has(name)) {
      const hint =
        name === 'NONE'
          ? 'every union has it, with code 0'
          : `give one an alias: \`Other: ${member.type.text}\``;
      reporter.error(member.name.span, `\`${name}\` is already a member of this union`, hint);
    } else if (twin !== undefined) {
      reporter.error(span, `\`${name}\` has the same type code as \`${twin}\`: ${code}`);
    } else if (code < 0n || code > MAX_CODE) {
      reporter.error(span, `\`${name}\` has the type code ${code}: they are from 1 to ${MAX_CODE}`);
    } else if (type !== undefined) {
      definition.members.push({ name, code: Number(code), type, doc: member.doc });
    }
    names.add(name);
    byCode.set(code, name);
  }
  definition.members.sort((a, b) => a.code - b.code);
}

function memberType(
  member: UnionMemberNode,
  scope: Scope,
  context: Context,
): UnionMember['type'] | undefined {
  const path = member.type;
  if (!member.aliased && path.text === 'string') {
    const hint = 'give it an alias: `Text: string`';
    context.reporter.error(path.span, 'a string in a union needs a name', hint);
    return undefined;
  }
  const type = elementType(path, scope, context);
  if (type === undefined) return undefined;
  if (type.kind === 'table' || type.kind === 'struct' || type.kind === 'string') return type;
  const message = `the ${type.kind} \`${path.text}\` cannot be a member of a union`;
  context.reporter.error(path.span, message, 'members are tables, structs and strings');
  return undefined;
}
