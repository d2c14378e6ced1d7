import { nearestName } from '../diagnostics/nearest.ts';
import type { Reporter } from '../diagnostics/reporter.ts';
import type { SourceFile } from '../diagnostics/source-file.ts';
import { Cursor, giveUp } from './cursor.ts';
import { parseAttributeName } from './parse-attributes.ts';
import { parseEnum, parseRecord, parseService, parseUnion } from './parse-definition.ts';
import type { FileNode, StatementNode, StringNode } from './tree.ts';

/** Words of Protocol Buffers that no FlatBuffers schema begins a statement with. */
const protoKeywords = new Set(['syntax', 'package', 'import', 'option', 'message', 'service', 'extend']);

/** Reads one file. Every mistake is reported; what could be read is in the tree. */
export function parseFile(source: SourceFile, reporter: Reporter): FileNode {
  const cursor = new Cursor(source, reporter);
  const file = new FileParser(cursor);
  if (cursor.isKind('end')) {
    reporter.error(cursor.span(cursor.token), 'the file is empty: it declares nothing');
  }
  file.parse();
  return { source, includes: file.includes, statements: file.statements };
}

class FileParser {
  readonly includes: StringNode[] = [];
  readonly statements: StatementNode[] = [];
  readonly #cursor: Cursor;

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
  }

  parse(): void {
    const cursor = this.#cursor;
    while (!cursor.isKind('end')) {
      if (cursor.is('{')) {
        cursor.reporter.error(
          cursor.span(cursor.token),
          'data in a schema file (a JSON object) is not supported',
          'keep data in a file of its own',
        );
        return;
      }
      try {
        this.#parseStatement();
      } catch (thrown) {
        if (thrown !== giveUp) throw thrown;
        cursor.skip();
      }
    }
  }

  #parseStatement(): void {
    const cursor = this.#cursor;
    const keyword = cursor.take();
    if (keyword.kind !== 'identifier') {
      if (keyword.text === ';' && keyword.kind === 'punctuation') {
        cursor.reporter.error(cursor.span(keyword), 'stray `;`', 'definitions end with `}` alone');
        return;
      }
      cursor.reportUnexpected(keyword, 'a declaration');
      if (keyword.text !== '}') cursor.skip();
      return;
    }
    if (this.#parseKnown(keyword.text, keyword.doc)) return;
    if (protoKeywords.has(keyword.text)) {
      cursor.reporter.error(
        cursor.span(keyword),
        `\`${keyword.text}\` is Protocol Buffers syntax, which is not supported`,
        'write the schema in the FlatBuffers language: tables, structs, enums, unions',
      );
      cursor.skip();
      return;
    }
    this.#parseMisspelt(keyword.text, cursor.span(keyword), keyword.doc);
  }

  #parseMisspelt(word: string, span: ReturnType<Cursor['span']>, doc: readonly string[]): void {
    const cursor = this.#cursor;
    const meant = nearestName(word, keywords);
    const hint = meant === undefined ? `a declaration begins with one of: ${keywords.join(', ')}` : undefined;
    const message = `\`${word}\` begins no declaration`;
    cursor.reporter.error(span, message, hint ?? `did you mean \`${meant}\`?`);
    // Read as what was probably meant, so that its name is known and its inside is checked.
    if (meant === undefined || !cursor.isKind('identifier') || !this.#parseKnown(meant, doc)) cursor.skip();
  }

  #parseKnown(keyword: string, doc: readonly string[]): boolean {
    const cursor = this.#cursor;
    switch (keyword) {
      case 'table':
      case 'struct':
        this.statements.push(parseRecord(cursor, keyword, { doc }));
        return true;
      case 'enum':
        this.statements.push(parseEnum(cursor, { doc }));
        return true;
      case 'union':
        this.statements.push(parseUnion(cursor, { doc }));
        return true;
      case 'rpc_service':
        this.statements.push(parseService(cursor, { doc }));
        return true;
      case 'namespace': {
        const path = cursor.is(';') ? undefined : cursor.path('the name of the namespace');
        this.statements.push({ kind: 'namespace', parts: path?.parts ?? [] });
        break;
      }
      case 'root_type':
        this.statements.push({ kind: 'root-type', path: cursor.path('the name of a table') });
        break;
      case 'file_identifier':
        this.statements.push({ kind: 'file-identifier', value: this.#string('four characters in quotes') });
        break;
      case 'file_extension':
        this.statements.push({ kind: 'file-extension', value: this.#string('the extension in quotes') });
        break;
      case 'attribute':
        this.statements.push({ kind: 'attribute', name: parseAttributeName(cursor) });
        break;
      case 'include':
        this.#parseInclude();
        break;
      case 'native_include':
        this.#rejectNativeInclude();
        break;
      default:
        return false;
    }
    cursor.expectSemicolon(`after \`${keyword}\``);
    return true;
  }

  #parseInclude(): void {
    const include = this.#string('the path of a file in quotes');
    this.includes.push(include);
    if (this.statements.length > 0) {
      this.#cursor.reporter.error(include.span, 'includes must come before all declarations', 'move it up');
    }
  }

  #rejectNativeInclude(): void {
    const { span } = this.#string('the path of a file in quotes');
    const hint = 'it includes a C++ header; leave it out';
    this.#cursor.reporter.error(span, '`native_include` is not supported', hint);
  }

  #string(what: string): StringNode {
    const cursor = this.#cursor;
    if (!cursor.isKind('string')) cursor.fail(what);
    const token = cursor.take();
    return { value: token.text, span: cursor.span(token) };
  }
}

const keywords = [
  'table',
  'struct',
  'enum',
  'union',
  'rpc_service',
  'namespace',
  'root_type',
  'include',
  'attribute',
  'file_identifier',
  'file_extension',
];
