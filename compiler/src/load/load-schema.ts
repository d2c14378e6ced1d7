import { checkFiles } from '../check/check.ts';
import type { TypeSymbol } from '../check/symbols.ts';
import { findContract } from '../contract/contract.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { Reporter } from '../diagnostics/reporter.ts';
import type { Schema, TableDef, UnionDef } from '../model.ts';
import { type LoadedFiles, loadFiles, type ReadFile } from './load-files.ts';

// Not imported: an import of a module of Node's evaluates its lazy parts too, which takes longer than all of the work.
const fs = process.getBuiltinModule('node:fs');
const { hash } = process.getBuiltinModule('node:crypto');

export interface LoadOptions {
  /** Where included files are looked for when they are not beside the file that includes them. Default none. */
  readonly includePaths?: readonly string[];
  /** Gives the bytes of a file, undefined where there is none. Default: from the disk. */
  readonly readFile?: ReadFile;
}

export interface LoadResult {
  /** Undefined when there is any error. */
  readonly schema: Schema | undefined;
  /** Errors and warnings, by file and place. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads a schema with all that it includes, and checks it. Whatever is wrong, with the schema or with
 * reading it, is in the diagnostics: it does not throw.
 */
export function loadSchema(file: string, options: LoadOptions = {}): LoadResult {
  const { includePaths = [], readFile = readFromDisk } = options;
  const reporter = new Reporter();
  const loaded = loadFiles(file, includePaths, readFile, reporter);
  const schema = loaded.rootBytes === undefined ? undefined : build(loaded, loaded.rootBytes, reporter);
  const diagnostics = reporter.sorted(loaded.sources);
  return { schema: reporter.errorCount === 0 ? schema : undefined, diagnostics };
}

function build(
  { files, sources }: LoadedFiles,
  rootBytes: Uint8Array,
  reporter: Reporter,
): Schema | undefined {
  const { types, services, properties } = checkFiles(files, reporter);
  const { rootType, fileIdentifier, fileExtension } = properties;
  const include = files.at(-1)?.includes[0]?.span;
  const contract = findContract({ services, types, rootType, include, reporter });
  const synthetic = contract?.style === 'service' ? contract : undefined;
  const tables: TableDef[] = definitionsOf(types, 'table');
  const unions: UnionDef[] = definitionsOf(types, 'union');
  if (synthetic !== undefined) {
    tables.push(synthetic.callRequest, synthetic.callResponse);
    unions.push(synthetic.requestPayload, synthetic.responsePayload);
  }
  const [root] = sources;
  return {
    file: root?.path ?? '',
    text: root?.text ?? '',
    contractHash: `sha256:${hash('sha256', rootBytes)}`,
    files: sources.map((source) => source.path),
    enums: sorted(definitionsOf(types, 'enum')),
    structs: sorted(definitionsOf(types, 'struct')),
    tables: sorted(tables),
    unions: sorted(unions),
    rootType: rootType?.symbol.definition,
    fileIdentifier,
    fileExtension,
    contract,
  };
}

function definitionsOf<Kind extends TypeSymbol['kind']>(types: readonly TypeSymbol[], kind: Kind) {
  return types
    .filter((symbol): symbol is Extract<TypeSymbol, { kind: Kind }> => symbol.kind === kind)
    .map(({ definition }) => definition as Extract<TypeSymbol, { kind: Kind }>['definition']);
}

/** By namespace, then name, as code units compare. */
function sorted<Named extends { readonly namespace: readonly string[]; readonly name: string }>(
  definitions: readonly Named[],
): Named[] {
  const keyed = definitions.map((definition) => ({
    definition,
    key: [definition.namespace.join('.'), definition.name],
  }));
  keyed.sort((a, b) => compare(a.key[0] ?? '', b.key[0] ?? '') || compare(a.key[1] ?? '', b.key[1] ?? ''));
  return keyed.map(({ definition }) => definition);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function readFromDisk(path: string): Uint8Array | undefined {
  try {
    return fs.readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
