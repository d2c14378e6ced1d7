import { marked, type Token, type Tokens } from 'marked';
import { type CodeBlockT, type HeadingT, LinkKind, type LinkT } from './plugin/values.js';

/** What a document is made of, in its own order. */
export interface Document {
  readonly headings: HeadingT[];
  readonly links: LinkT[];
  readonly codeBlocks: CodeBlockT[];
  /** The texts that are written to be read; blocks of code and markup are not. */
  readonly prose: string[];
  readonly counts: { lines: number; paragraphs: number; images: number; tables: number };
}

export function readDocument(markdown: string): Document {
  const document: Document = {
    headings: [],
    links: [],
    codeBlocks: [],
    prose: [],
    counts: { lines: countLines(markdown), paragraphs: 0, images: 0, tables: 0 },
  };
  readBlocks(marked.lexer(markdown), 1, document);
  return document;
}

/** @param line on which the first of the blocks begins; each block's `raw` tells where the next one does */
function readBlocks(blocks: readonly Token[], line: number, document: Document): void {
  for (const block of blocks) {
    readBlock(block as Tokens.Generic, line, document);
    line += countLineFeeds(block.raw);
  }
}

function readBlock(block: Tokens.Generic, line: number, document: Document): void {
  const { headings, codeBlocks, counts } = document;
  switch (block.type) {
    case 'code':
      codeBlocks.push({ language: block.lang || undefined, lines: countLines(block.text), line });
      return;
    case 'list':
      readBlocks(block.items, line, document);
      return;
    case 'blockquote':
      readBlocks(block.tokens ?? [], line, document);
      return;
    case 'list_item':
      readBlocks(block.tokens ?? [], line, document);
      return;
    case 'heading':
      headings.push({ level: block.depth, text: plainText(block.tokens ?? []), line });
      break;
    case 'paragraph':
      counts.paragraphs++;
      break;
    case 'table':
      counts.tables++;
      for (const cell of [block.header, ...block.rows].flat()) readInline(cell.tokens, line, document);
      return;
  }
  readInline(block.tokens ?? [], line, document);
}

function readInline(tokens: readonly Token[], line: number, document: Document): void {
  const text = plainText(tokens);
  if (text.trim() !== '') document.prose.push(text);
  marked.walkTokens([...tokens], (token) => {
    if (token.type === 'image') document.counts.images++;
    if (token.type !== 'link') return;
    const { href, tokens: label } = token as Tokens.Link;
    document.links.push({ kind: linkKind(href), target: href, text: plainText(label), line });
  });
}

/** What remains when emphasis, links and the like are gone, and images with them. */
function plainText(tokens: readonly Token[]): string {
  return tokens.map((token) => textOf(token as Tokens.Generic)).join('');
}

function textOf(token: Tokens.Generic): string {
  if (token.type === 'image') return '';
  if (token.tokens !== undefined) return plainText(token.tokens);
  switch (token.type) {
    case 'text':
    case 'escape':
    case 'codespan':
      return token.text;
    case 'br':
      return '\n';
    default:
      return '';
  }
}

function linkKind(target: string): LinkKind {
  if (target.startsWith('#')) return LinkKind.Anchor;
  if (target.startsWith('mailto:')) return LinkKind.Mail;
  return /^[a-z][a-z0-9+.-]*:|^\/\//i.test(target) ? LinkKind.Web : LinkKind.File;
}

/** A line feed at the very end begins no line. */
function countLines(text: string): number {
  if (text === '') return 0;
  return countLineFeeds(text) + (text.endsWith('\n') ? 0 : 1);
}

function countLineFeeds(text: string): number {
  return text.split('\n').length - 1;
}
