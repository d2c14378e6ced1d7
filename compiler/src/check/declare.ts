import { placeOf } from '../diagnostics/source-file.ts';
import type { StatementNode } from '../syntax/tree.ts';
import { qualify, type TypeSymbol } from './symbols.ts';

/**
 * A type as it is known before it is checked: its name, and a definition still to be filled in.
 * Undefined for statements that define none.
 */
export function declare(
  node: StatementNode,
  namespace: readonly string[],
  order: number,
): TypeSymbol | undefined {
  if (node.kind !== 'enum' && node.kind !== 'union' && node.kind !== 'struct' && node.kind !== 'table') {
    return undefined;
  }
  const symbol = { qualified: qualify(namespace, node.name.text), order };
  const common = {
    name: node.name.text,
    namespace: [...namespace],
    doc: [...node.doc],
    attributes: new Map<string, string | undefined>(),
    place: placeOf(node.name.span),
  };
  switch (node.kind) {
    case 'enum': {
      const definition = {
        ...common,
        kind: node.kind,
        underlying: 'int32' as const,
        bitFlags: false,
        values: [],
      };
      return { ...symbol, kind: node.kind, node, definition };
    }
    case 'union':
      return {
        ...symbol,
        kind: node.kind,
        node,
        definition: { ...common, kind: node.kind, members: [], synthetic: false },
      };
    case 'struct':
      return {
        ...symbol,
        kind: node.kind,
        node,
        definition: { ...common, kind: node.kind, fields: [], size: 0, alignment: 1 },
      };
    case 'table':
      return {
        ...symbol,
        kind: node.kind,
        node,
        definition: { ...common, kind: node.kind, fields: [], synthetic: false },
      };
  }
}
