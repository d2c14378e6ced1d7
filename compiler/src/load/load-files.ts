import type { Reporter } from '../diagnostics/reporter.ts';
import { SourceFile, type Span } from '../diagnostics/source-file.ts';
import { parseFile } from '../syntax/parse-file.ts';
import type { FileNode, StringNode } from '../syntax/tree.ts';

// Not imported, as load-schema.ts explains.
const { isUtf8 } = process.getBuiltinModule('node:buffer');
const { basename, dirname, isAbsolute, join, resolve } = process.getBuiltinModule('node:path');

/** Gives the bytes of a file, undefined where there is none; throws where it cannot be read. */
export type ReadFile = (path: string) => Uint8Array | undefined;

export interface LoadedFiles {
  /** The root's raw bytes; undefined where it could not be read. */
  readonly rootBytes: Uint8Array | undefined;
  /** Each after those that it includes, the root last. */
  readonly files: readonly FileNode[];
  /** The root first, then in order of inclusion. */
  readonly sources: readonly SourceFile[];
}

/** Reads and parses a file and all that it includes, each once. */
export function loadFiles(
  root: string,
  includePaths: readonly string[],
  readFile: ReadFile,
  reporter: Reporter,
): LoadedFiles {
  const found = tryRead(root, readFile);
  if (!(found instanceof Uint8Array)) {
    const source = new SourceFile(root, '');
    const why = found === undefined ? 'there is no such file' : found.reason;
    reporter.error({ source, start: 0, end: 0 }, `cannot read the schema: ${why}`);
    return { rootBytes: undefined, files: [], sources: [source] };
  }
  const loader = new Loader(includePaths, readFile, reporter);
  return { rootBytes: found, ...loader.load(root, found) };
}

interface Visit {
  readonly file: FileNode;
  /** The next include to follow. */
  next: number;
}

class Loader {
  readonly #includePaths: readonly string[];
  readonly #readFile: ReadFile;
  readonly #reporter: Reporter;
  readonly #sources: SourceFile[] = [];
  readonly #paths = new Set<string>();
  /** A copy of a file in another folder counts as the same, as with flatc. */
  readonly #contents = new Set<string>();

  constructor(includePaths: readonly string[], readFile: ReadFile, reporter: Reporter) {
    this.#includePaths = includePaths;
    this.#readFile = readFile;
    this.#reporter = reporter;
  }

  load(root: string, bytes: Uint8Array): Omit<LoadedFiles, 'rootBytes'> {
    const files: FileNode[] = [];
    const stack: Visit[] = [];
    this.#enter(root, bytes, stack);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const include = top.file.includes[top.next];
      top.next += 1;
      if (include !== undefined) this.#follow(include, stack);
      else files.push(...stack.splice(-1).map((visit) => visit.file));
    }
    return { files, sources: this.#sources };
  }

  #enter(path: string, bytes: Uint8Array, stack: Visit[]): void {
    this.#paths.add(resolve(path));
    const source = this.#decode(path, bytes);
    const identity = `${basename(path)}\0${source.text}`;
    if (this.#contents.has(identity)) return;
    this.#contents.add(identity);
    this.#sources.push(source);
    stack.push({ file: parseFile(source, this.#reporter), next: 0 });
  }

  #follow(include: StringNode, stack: Visit[]): void {
    const from = dirname(include.span.source.path);
    const { value, span } = include;
    if (value === '') {
      this.#reporter.error(span, 'an include needs the path of a file');
      return;
    }
    const candidates = isAbsolute(value)
      ? [value]
      : [from, ...this.#includePaths].map((folder) => join(folder, value));
    for (const path of candidates) {
      if (this.#paths.has(resolve(path))) return;
      const found = tryRead(path, this.#readFile);
      if (found instanceof Uint8Array) {
        this.#enter(path, found, stack);
        return;
      }
      if (found !== undefined) {
        this.#reporter.error(span, `cannot read \`${path}\`: ${found.reason}`);
        return;
      }
    }
    this.#reportMissing(span, value, candidates);
  }

  #reportMissing(span: Span, value: string, candidates: readonly string[]): void {
    const hint = `looked for ${candidates.join(', ')}; name more folders with -I`;
    this.#reporter.error(span, `there is no file \`${value}\` to include`, hint);
  }

  #decode(path: string, bytes: Uint8Array): SourceFile {
    const source = new SourceFile(path, new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));
    if (!isUtf8(bytes)) {
      const at = firstInvalid(bytes, source.text);
      const hint = 'save the file as UTF-8';
      this.#reporter.error({ source, start: at, end: at + 1 }, 'these bytes are not valid UTF-8', hint);
    }
    return source;
  }
}

/** The offset in the decoded text of the first byte that is not UTF-8: the first U+FFFD that the bytes do not have. */
function firstInvalid(bytes: Uint8Array, text: string): number {
  let read = 0;
  let from = 0;
  for (let at = text.indexOf('\ufffd'); at >= 0; at = text.indexOf('\ufffd', at + 1)) {
    read += Buffer.byteLength(text.slice(from, at));
    from = at;
    const isReal = bytes[read] === 0xef && bytes[read + 1] === 0xbf && bytes[read + 2] === 0xbd;
    if (!isReal) return at;
  }
  return 0;
}

function tryRead(path: string, readFile: ReadFile): Uint8Array | undefined | { readonly reason: string } {
  try {
    return readFile(path);
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}
