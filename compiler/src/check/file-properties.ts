import type { Span } from '../diagnostics/source-file.ts';
import type { StatementNode } from '../syntax/tree.ts';
import type { Context } from './context.ts';
import { definedAt, qualify, type Scope, type TableSymbol } from './symbols.ts';

/** What the root file says about messages as a whole. */
export interface FileProperties {
  rootType?: { readonly symbol: TableSymbol; readonly span: Span };
  fileIdentifier?: string;
  fileExtension?: string;
}

/** Reads a statement into the properties, if it is about one; each may be given once. */
export function readProperty(
  statement: StatementNode,
  scope: Scope,
  properties: FileProperties,
  context: Context,
): void {
  const { reporter } = context;
  switch (statement.kind) {
    case 'root-type': {
      const { path } = statement;
      if (properties.rootType !== undefined)
        reporter.error(path.span, 'a second root_type', 'a file has one');
      const symbol = findRootType(statement, scope, context);
      if (symbol !== undefined) properties.rootType ??= { symbol, span: path.span };
      return;
    }
    case 'file-identifier': {
      const { value, span } = statement.value;
      const bytes = Buffer.byteLength(value);
      if (properties.fileIdentifier !== undefined)
        reporter.error(span, 'a second file_identifier', 'a file has one');
      if (bytes !== 4) reporter.error(span, `a file_identifier is 4 bytes, and this is ${bytes}`);
      properties.fileIdentifier ??= value;
      return;
    }
    case 'file-extension': {
      const { value, span } = statement.value;
      if (properties.fileExtension !== undefined)
        reporter.error(span, 'a second file_extension', 'a file has one');
      properties.fileExtension ??= value;
      return;
    }
    default:
      return;
  }
}

/** flatc looks for the whole name first, then in the current namespace, and not in those around it. */
function findRootType(
  { path }: Extract<StatementNode, { kind: 'root-type' }>,
  scope: Scope,
  { reporter, symbols }: Context,
): TableSymbol | undefined {
  const symbol = symbols.get(path.text) ?? symbols.get(qualify(scope.namespace, path.text));
  if (symbol === undefined) {
    const elsewhere = symbols.resolve(path, scope);
    const hint = `write its full name: \`root_type ${elsewhere?.qualified};\``;
    if (elsewhere !== undefined) {
      reporter.error(path.span, `there is no \`${path.text}\` in this namespace`, hint);
    }
    return undefined;
  }
  if (symbol.kind !== 'table') {
    const hint = `\`${symbol.qualified}\` is ${symbol.kind === 'enum' ? 'an' : 'a'} ${symbol.kind}`;
    reporter.error(path.span, 'the root_type must be a table', hint);
    return undefined;
  }
  if (symbol.order > scope.order) {
    const hint = `flatc wants it after the table, which is at ${definedAt(symbol.node)}`;
    reporter.warning(path.span, `\`${path.text}\` is defined after the root_type`, hint);
  }
  return symbol;
}
