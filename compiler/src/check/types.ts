import type { ElementType, StructField, TableField } from '../model.ts';
import type { Path, TypeNode } from '../syntax/tree.ts';
import type { Context } from './context.ts';
import { parseInteger } from './numbers.ts';
import { scalarNamed } from './scalars.ts';
import { definedAt, type Scope, type TypeSymbol } from './symbols.ts';

const MAX_ARRAY_LENGTH = 65535;

/** The type of a table's field; undefined where it is none, which has been reported. */
export function tableFieldType(
  node: TypeNode,
  scope: Scope,
  context: Context,
): TableField['type'] | undefined {
  switch (node.kind) {
    case 'named':
      return elementType(node.path, scope, context);
    case 'vector': {
      const element = elementType(node.element, scope, context);
      return element === undefined ? undefined : { kind: 'vector', element };
    }
    case 'array':
      context.reporter.error(
        node.span,
        'a fixed array can only be in a struct',
        `use a vector, \`[${node.element.text}]\`, or wrap the array in a struct`,
      );
      return undefined;
  }
}

/** The type of a struct's field; undefined where it is none, which has been reported. */
export function structFieldType(
  node: TypeNode,
  scope: Scope,
  context: Context,
): StructField['type'] | undefined {
  if (node.kind === 'vector') {
    const hint = `give it a length, \`[${node.element.text}:3]\`, or make the struct a table`;
    context.reporter.error(node.span, 'a struct cannot hold a vector', hint);
    return undefined;
  }
  const element = elementType(node.kind === 'named' ? node.path : node.element, scope, context);
  if (element === undefined) return undefined;
  if (element.kind === 'string' || element.kind === 'table' || element.kind === 'union') {
    const what = element.kind === 'string' ? 'a string' : `the ${element.kind} \`${nameOf(node)}\``;
    const hint = 'structs hold scalars, enums, other structs and arrays of these; make it a table';
    context.reporter.error(node.span, `a struct cannot hold ${what}`, hint);
    return undefined;
  }
  if (node.kind === 'named') return element;
  const length = parseInteger(node.length.text);
  if (length === undefined || length < 1n || length > MAX_ARRAY_LENGTH) {
    context.reporter.error(node.length.span, `an array's length is from 1 to ${MAX_ARRAY_LENGTH}`);
    return undefined;
  }
  return { kind: 'array', element, length: Number(length) };
}

/** A type named by itself; undefined where there is none, which has been reported. */
export function elementType(path: Path, scope: Scope, context: Context): ElementType | undefined {
  const scalar = scalarNamed(path.text);
  if (scalar !== undefined) return { kind: 'scalar', scalar };
  if (path.text === 'string') return { kind: 'string' };
  const symbol = context.symbols.resolve(path, scope);
  return symbol === undefined ? undefined : typeOf(symbol, path, scope, context);
}

/** The type behind a symbol. What flatc wants defined before its use must be. */
function typeOf(symbol: TypeSymbol, path: Path, scope: Scope, context: Context): ElementType {
  const { definition } = symbol;
  switch (definition.kind) {
    case 'table':
      return { kind: 'table', table: definition };
    case 'struct':
      return { kind: 'struct', struct: definition };
    case 'enum':
    case 'union':
      if (symbol.order > scope.order) reportUseBeforeDefinition(symbol, path, context);
      return definition.kind === 'enum'
        ? { kind: 'enum', enum: definition }
        : { kind: 'union', union: definition };
  }
}

/** Reports that a definition has to move up. */
export function reportUseBeforeDefinition({ node }: TypeSymbol, path: Path, { reporter }: Context): void {
  reporter.error(
    path.span,
    `the ${node.kind} \`${path.text}\` is used before it is defined`,
    `FlatBuffers reads from top to bottom: move it up from ${definedAt(node)}`,
  );
}

function nameOf(node: TypeNode): string {
  return node.kind === 'named' ? node.path.text : node.element.text;
}
