import type { Reporter } from '../diagnostics/reporter.ts';
import type { FileNode, StatementNode } from '../syntax/tree.ts';
import type { Context } from './context.ts';
import { declare } from './declare.ts';
import { checkEnum } from './enums.ts';
import { type FileProperties, readProperty } from './file-properties.ts';
import { checkService, type Service } from './services.ts';
import { checkStruct } from './structs.ts';
import { type Scope, SymbolTable, type TypeSymbol } from './symbols.ts';
import { checkTableSize } from './table-size.ts';
import { checkTable } from './tables.ts';
import { checkUnion } from './unions.ts';

/** All that the files of a schema define. Sound only where no error was reported. */
export interface CheckedFiles {
  /** In order of definition. */
  readonly types: readonly TypeSymbol[];
  readonly services: readonly Service[];
  readonly properties: FileProperties;
}

/** @param files each after those that it includes, the root last */
export function checkFiles(files: readonly FileNode[], reporter: Reporter): CheckedFiles {
  const context: Context = { reporter, symbols: new SymbolTable(reporter), declaredAttributes: new Set() };
  const steps = declareAll(files, context);
  const properties: FileProperties = {};
  const types: TypeSymbol[] = [];
  const services: Service[] = [];
  for (const { statement, scope, symbol, inRootFile } of steps) {
    if (symbol !== undefined) {
      types.push(symbol);
      checkType(symbol, scope, context);
    } else if (statement.kind === 'attribute') {
      context.declaredAttributes.add(statement.name.text);
    } else if (statement.kind === 'service') {
      services.push(checkService(statement, scope, context));
    } else {
      // Those of included files are checked, and then mean nothing, as with flatc.
      readProperty(statement, scope, inRootFile ? properties : {}, context);
    }
  }
  for (const symbol of types) {
    if (symbol.kind === 'table') checkTableSize(symbol, reporter);
  }
  return { types, services, properties };
}

interface Step {
  readonly statement: StatementNode;
  readonly scope: Scope;
  /** Of the statements that define a type. */
  readonly symbol: TypeSymbol | undefined;
  readonly inRootFile: boolean;
}

/** Makes all types known before any is checked: tables may be used before they are defined. */
function declareAll(files: readonly FileNode[], { symbols }: Context): Step[] {
  const steps: Step[] = [];
  for (const file of files) {
    let namespace: readonly string[] = [];
    const inRootFile = file === files.at(-1);
    for (const statement of file.statements) {
      const order = steps.length;
      if (statement.kind === 'namespace') namespace = statement.parts.map((part) => part.text);
      const symbol = declare(statement, namespace, order);
      if (symbol !== undefined) symbols.add(symbol);
      steps.push({ statement, scope: { namespace, order }, symbol, inRootFile });
    }
  }
  return steps;
}

function checkType(symbol: TypeSymbol, scope: Scope, context: Context): void {
  switch (symbol.kind) {
    case 'enum':
      checkEnum(symbol, context);
      return;
    case 'union':
      checkUnion(symbol, scope, context);
      return;
    case 'struct':
      checkStruct(symbol, scope, context);
      return;
    case 'table':
      checkTable(symbol, scope, context);
      return;
  }
}
