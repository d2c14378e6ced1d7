import { didYouMean } from '../diagnostics/nearest.ts';
import type { EnumDef, FieldDefault, IntegerName, ScalarName, TableField } from '../model.ts';
import type { ValueNode } from '../syntax/tree.ts';
import { callFunctions } from './calls.ts';
import type { Context } from './context.ts';
import { parseFloatingPoint, parseInteger } from './numbers.ts';
import { isInteger, rangeOf } from './scalars.ts';
import { qualify, type Scope } from './symbols.ts';

/** What a field is by default, where the schema does not say. */
export function impliedDefault(type: TableField['type']): FieldDefault {
  if (type.kind === 'enum') return { kind: 'value', value: numeric(0n, type.enum.underlying) };
  if (type.kind !== 'scalar') return { kind: 'absent' };
  return { kind: 'value', value: type.scalar === 'bool' ? false : numeric(0n, type.scalar) };
}

/** What a field is by default, as the schema says it; undefined where it is wrong, which has been reported. */
export function statedDefault(
  node: ValueNode,
  type: TableField['type'],
  scope: Scope,
  context: Context,
): FieldDefault | undefined {
  switch (type.kind) {
    case 'string':
      if (node.kind === 'string') return { kind: 'string', value: node.value };
      return reject(node, 'the default of a string must be a string', absentHint(node), context);
    case 'vector':
      if (node.kind === 'empty-vector') return { kind: 'empty-vector' };
      return reject(node, 'the default of a vector can only be `[]`', absentHint(node), context);
    case 'struct':
    case 'table':
    case 'union':
      return reject(node, `a ${type.kind} cannot have a default`, 'leave it out: it is absent', context);
    case 'scalar':
    case 'enum':
      return isWord(node, 'null') ? absent(node, type, context) : scalarDefault(node, type, scope, context);
  }
}

function absent(
  node: ValueNode,
  type: Extract<TableField['type'], { kind: 'scalar' | 'enum' }>,
  context: Context,
): FieldDefault | undefined {
  if (type.kind === 'enum' && type.enum.values.some(({ name }) => name === 'null')) {
    const message = `\`null\` is not clear: \`${type.enum.name}\` has a value of that name`;
    return reject(node, message, 'rename the value', context);
  }
  return { kind: 'absent' };
}

function scalarDefault(
  node: ValueNode,
  type: Extract<TableField['type'], { kind: 'scalar' | 'enum' }>,
  scope: Scope,
  context: Context,
): FieldDefault | undefined {
  if (type.kind === 'enum') {
    const value = enumDefault(node, type.enum, scope, context);
    return value === undefined ? undefined : { kind: 'value', value };
  }
  const { scalar } = type;
  const value =
    scalar === 'bool'
      ? boolDefault(node, context)
      : isInteger(scalar)
        ? integerDefault(node, scalar, scope, context)
        : floatDefault(node, scalar, context);
  return value === undefined ? undefined : { kind: 'value', value };
}

function boolDefault(node: ValueNode, context: Context): boolean | undefined {
  const text = textOf(node);
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  return reject(node, 'the default of a bool must be `true` or `false`', undefined, context);
}

function floatDefault(node: ValueNode, scalar: ScalarName, context: Context): number | undefined {
  if (node.kind === 'call') {
    const result = callFunctions(node, context);
    return result === undefined ? undefined : rounded(result, scalar);
  }
  const text = textOf(node);
  const isHexInteger = text !== undefined && /^[+-]?0[xX][^pP]*$/.test(text);
  if (isHexInteger) {
    const hint = 'a hexadecimal one needs its exponent: `0x10p0`';
    return reject(node, `the default of a ${scalar} must be a floating-point number`, hint, context);
  }
  const value = text === undefined ? undefined : parseFloatingPoint(text);
  if (value === undefined) {
    const hint = 'a number, `nan`, `inf` or `-inf`';
    return reject(node, `the default of a ${scalar} must be a floating-point number`, hint, context);
  }
  const result = rounded(value, scalar);
  if (Number.isFinite(result) || /[in]/i.test(text ?? '')) return result;
  return reject(node, `${text} is too large for ${scalar}`, 'write `inf` where that is meant', context);
}

function rounded(value: number, scalar: ScalarName): number {
  return scalar === 'float32' ? Math.fround(value) : value;
}

function integerDefault(
  node: ValueNode,
  scalar: IntegerName,
  scope: Scope,
  context: Context,
): bigint | number | undefined {
  const text = textOf(node);
  const value =
    text !== undefined && startsName(text)
      ? namedFlags(node, text, undefined, scope, context)
      : plainInteger(node, text, scalar, context);
  return value === undefined ? undefined : fitted(node, value, scalar, context);
}

function enumDefault(
  node: ValueNode,
  definition: EnumDef,
  scope: Scope,
  context: Context,
): bigint | number | undefined {
  const { underlying } = definition;
  const text = textOf(node);
  const value =
    text !== undefined && startsName(text)
      ? namedFlags(node, text, definition, scope, context)
      : plainInteger(node, text, underlying, context);
  if (value === undefined) return undefined;
  const isMember = definition.bitFlags || definition.values.some((candidate) => candidate.value === value);
  if (!isMember && definition.values.length > 0) {
    return reject(
      node,
      `${value} is no value of \`${definition.name}\``,
      `one of ${listed(definition)}`,
      context,
    );
  }
  return fitted(node, value, underlying, context);
}

/** `Red`, `Color.Red`, or several of them with blanks between in a string: their bits together. */
function namedFlags(
  node: ValueNode,
  text: string,
  own: EnumDef | undefined,
  scope: Scope,
  context: Context,
): bigint | undefined {
  let bits = 0n;
  for (const word of text.split(' ').filter((part) => part !== '')) {
    const value = namedValue(node, word, own, scope, context);
    if (value === undefined) return undefined;
    bits |= value;
  }
  return bits;
}

function namedValue(
  node: ValueNode,
  word: string,
  own: EnumDef | undefined,
  scope: Scope,
  context: Context,
): bigint | undefined {
  const dot = word.lastIndexOf('.');
  const definition = dot < 0 ? own : enumNamed(word.slice(0, dot), own, scope, context);
  if (definition === undefined) {
    const message = dot < 0 ? `\`${word}\` is no number` : `there is no enum \`${word.slice(0, dot)}\``;
    const hint = dot < 0 ? 'a value of an enum needs the name of the enum before it: `Color.Red`' : undefined;
    return reject(node, message, hint, context);
  }
  const name = word.slice(dot + 1);
  const found = definition.values.find((value) => value.name === name);
  if (found !== undefined) return found.value;
  const hint =
    didYouMean(
      name,
      definition.values.map((value) => value.name),
    ) ?? `one of ${listed(definition)}`;
  return reject(node, `\`${definition.name}\` has no value \`${name}\``, hint, context);
}

/** An enum named before a dot; the field's own comes first, as its name may be used without its namespace. */
function enumNamed(
  name: string,
  own: EnumDef | undefined,
  scope: Scope,
  context: Context,
): EnumDef | undefined {
  if (own !== undefined && (name === own.name || name === qualify(own.namespace, own.name))) return own;
  const symbol = context.symbols.find(name, scope.namespace);
  return symbol?.definition.kind === 'enum' && symbol.order < scope.order ? symbol.definition : undefined;
}

function plainInteger(
  node: ValueNode,
  text: string | undefined,
  scalar: IntegerName,
  context: Context,
): bigint | undefined {
  const value = text === undefined ? undefined : parseInteger(text);
  if (value !== undefined) return value;
  return reject(node, `the default of a field of type ${scalar} must be a whole number`, undefined, context);
}

function fitted(
  node: ValueNode,
  value: bigint,
  scalar: IntegerName,
  context: Context,
): bigint | number | undefined {
  const [least, greatest] = rangeOf(scalar);
  if (value >= least && value <= greatest) return numeric(value, scalar);
  return reject(node, `the default does not fit ${scalar}: from ${least} to ${greatest}`, undefined, context);
}

/** 64-bit integers are bigints, all other numbers are numbers. */
function numeric(value: bigint, scalar: ScalarName): bigint | number {
  return scalar === 'int64' || scalar === 'uint64' ? value : Number(value);
}

/** What is written, for scalars: they may also stand in quotes. */
function textOf(node: ValueNode): string | undefined {
  switch (node.kind) {
    case 'integer':
    case 'float':
    case 'name':
      return node.text;
    case 'string':
      return node.value.trim();
    case 'empty-vector':
    case 'call':
      return undefined;
  }
}

function startsName(text: string): boolean {
  return /^[A-Za-z_]/.test(text);
}

function isWord(node: ValueNode, word: string): boolean {
  return (node.kind === 'name' || node.kind === 'string') && textOf(node) === word;
}

function absentHint(node: ValueNode): string | undefined {
  return isWord(node, 'null') ? 'leave the default out: such a field is absent unless it is set' : undefined;
}

function listed({ values }: EnumDef): string {
  const shown = values.slice(0, 8).map(({ name }) => name);
  return shown.join(', ') + (values.length > shown.length ? ', ...' : '');
}

function reject(
  node: ValueNode,
  message: string,
  hint: string | undefined,
  { reporter }: Context,
): undefined {
  reporter.error(node.span, message, hint);
  return undefined;
}
