import type { EnumValue, IntegerName } from '../model.ts';
import type { EnumNode, EnumValueNode } from '../syntax/tree.ts';
import { checkAttributes } from './attributes.ts';
import type { Context } from './context.ts';
import { parseInteger } from './numbers.ts';
import { isInteger, rangeOf, scalarNamed, sizeOfScalar } from './scalars.ts';
import type { EnumSymbol } from './symbols.ts';

/** Fills in an enum: its underlying type, and its values by rising value. */
export function checkEnum({ node, definition }: EnumSymbol, context: Context): void {
  definition.attributes = checkAttributes(node.attributes, 'enum', context);
  definition.bitFlags = definition.attributes.has('bit_flags');
  // With a wrong type the values are still good for the names that defaults refer to.
  const underlying = underlyingType(node, context) ?? 'int64';
  definition.underlying = underlying;
  if (definition.bitFlags && !underlying.startsWith('u')) {
    const hint = `write \`enum ${node.name.text} : u${underlying.replace(/^u/, '')}\``;
    context.reporter.warning(node.name.span, 'the underlying type of `bit_flags` should be unsigned', hint);
  }
  definition.values = node.values.length === 0 ? impliedNone(node) : listedValues(node, definition, context);
}

function underlyingType({ underlying }: EnumNode, { reporter }: Context): IntegerName | undefined {
  if (underlying === undefined) return undefined;
  const scalar = scalarNamed(underlying.text);
  if (scalar !== undefined && isInteger(scalar)) return scalar;
  const hint = 'one of byte, ubyte, short, ushort, int, uint, long, ulong';
  reporter.error(
    underlying.span,
    `the underlying type of an enum must be an integer, not \`${underlying.text}\``,
    hint,
  );
  return undefined;
}

/** An enum without values has the one that flatc gives it. */
function impliedNone({ damaged }: EnumNode): EnumValue[] {
  return damaged ? [] : [{ name: 'NONE', value: 0n, doc: [] }];
}

function listedValues(
  node: EnumNode,
  { underlying, bitFlags }: EnumSymbol['definition'],
  context: Context,
): EnumValue[] {
  const { reporter } = context;
  const byName = new Set<string>();
  const byValue = new Map<bigint, string>();
  const values: EnumValue[] = [];
  let next = 0n;
  for (const item of node.values) {
    const number = item.value === undefined ? next : (parseInteger(item.value.text) ?? 0n);
    next = number + 1n;
    const name = item.name.text;
    if (byName.has(name)) {
      reporter.error(item.name.span, `the value \`${name}\` is already in this enum`);
      continue;
    }
    byName.add(name);
    const span = item.value?.span ?? item.name.span;
    const wrong = bitFlags ? whyNoFlag(number, underlying) : whyNoValue(number, underlying);
    if (wrong !== undefined) {
      reporter.error(span, `\`${name}\` ${wrong}`);
      continue;
    }
    const value = bitFlags ? flagMask(number, underlying) : number;
    const twin = byValue.get(value);
    if (twin !== undefined) {
      reporter.error(span, `\`${name}\` has the same value as \`${twin}\`: ${number}`);
      continue;
    }
    byValue.set(value, name);
    values.push(enumValue(item, value));
  }
  return values.sort((a, b) => (a.value < b.value ? -1 : 1));
}

function enumValue({ name, doc }: EnumValueNode, value: bigint): EnumValue {
  return { name: name.text, value, doc };
}

function whyNoValue(value: bigint, underlying: IntegerName): string | undefined {
  const [least, greatest] = rangeOf(underlying);
  if (value >= least && value <= greatest) return undefined;
  return `does not fit ${underlying}: its values are from ${least} to ${greatest}`;
}

function whyNoFlag(position: bigint, underlying: IntegerName): string | undefined {
  const bits = sizeOfScalar(underlying) * 8;
  if (position < 0n || position >= bits) {
    return `is at bit ${position}: the bits of ${underlying} are 0 to ${bits - 1}`;
  }
  const isSignBit = !underlying.startsWith('u') && position === BigInt(bits - 1);
  return isSignBit ? `is at bit ${position}, the sign of ${underlying}: use an unsigned type` : undefined;
}

function flagMask(position: bigint, underlying: IntegerName): bigint {
  return BigInt.asUintN(sizeOfScalar(underlying) * 8, 1n << position);
}
