import { Marked, Renderer, type Token, type Tokens } from 'marked';
import { anchorOf } from './anchor.js';
import type { MarkdownHandlers } from './plugin/markdown_service.js';
import type { HeadingT, PartT } from './plugin/values.js';

export const handler: MarkdownHandlers = {
  render({ markdown, sourceFolder }) {
    const headings: HeadingT[] = [];
    const marked = markedWith(headings, sourceFolder);
    const parts: PartT[] = [];
    for (const run of runs(marked.lexer(markdown))) {
      parts.push(
        Array.isArray(run)
          ? { type: 'Html', value: { html: marked.parser(run) } }
          : { type: 'Code', value: { language: run.lang?.split(' ')[0] || undefined, text: run.text } },
      );
    }
    return { title: headings.find(({ level }) => level === 1)?.text, headings, parts };
  },
};

/** Notes the headings that it renders, and makes links lead from the page to where they led from the document. */
function markedWith(headings: HeadingT[], sourceFolder: string): Marked {
  const taken = new Set<string>();
  return new Marked({
    renderer: {
      heading({ depth, tokens }) {
        const text = this.parser.parseInline(tokens, this.parser.textRenderer);
        const anchor = anchorOf(text, taken);
        headings.push({ level: depth, text, anchor });
        return `<h${depth} id="${anchor}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link(token) {
        return Renderer.prototype.link.call(this, { ...token, href: linkOf(token.href, sourceFolder) });
      },
    },
  });
}

/** Stretches of the document without a block of code, and the blocks of code between them. */
function runs(tokens: readonly Token[]): (Token[] | Tokens.Code)[] {
  const result: (Token[] | Tokens.Code)[] = [];
  for (const token of tokens) {
    const last = result.at(-1);
    if (token.type === 'code') result.push(token as Tokens.Code);
    else if (Array.isArray(last)) last.push(token);
    else result.push([token]);
  }
  return result;
}

function linkOf(href: string, sourceFolder: string): string {
  if (/^([a-z]+:|#|\/)/i.test(href)) return href;
  if (!/\.md(?=#|$)/.test(href)) return `${sourceFolder}/${href}`;
  return href.replace(/\.md(?=#|$)/, '.html').replace(/(^|\/)README\.html/, '$1index.html');
}
