import type { PluginManager } from 'pluginart';
import type { Document } from './documents.js';
import { persist } from './persist.js';
import { HighlightClient } from './plugins/highlight/highlight_client.js';
import { MarkdownClient } from './plugins/markdown/markdown_client.js';
import type { PartT } from './plugins/markdown/values.js';
import { MinifyClient } from './plugins/minify/minify_client.js';
import { Format } from './plugins/minify/values.js';
import { pageOf } from './site/page.js';
import { styleSheet } from './site/style-sheet.js';

/** What the pipeline tells of its progress. */
export interface Progress {
  /** Calls that will be made, as far as is known yet. */
  planned(calls: number): void;
  answered(): void;
  retried(): void;
}

/** A file of the site. */
export interface SiteFile {
  readonly path: string;
  readonly text: string;
}

/** Documents in, a website out. All calls that do not wait for each other's answers are made at once. */
export class Pipeline {
  readonly #markdown: MarkdownClient;
  readonly #highlight: HighlightClient;
  readonly #minify: MinifyClient;
  readonly #progress: Progress;

  constructor(manager: PluginManager, progress: Progress) {
    this.#markdown = new MarkdownClient(manager, 'markdown');
    this.#highlight = new HighlightClient(manager, 'highlight');
    this.#minify = new MinifyClient(manager, 'minify');
    this.#progress = progress;
  }

  async run(documents: readonly Document[]): Promise<SiteFile[]> {
    // Each page is rendered and minified; so is the style sheet.
    this.#progress.planned(2 * documents.length + 2);
    return Promise.all([this.#style(), ...documents.map((document) => this.#page(document, documents))]);
  }

  async #page(document: Document, documents: readonly Document[]): Promise<SiteFile> {
    const { title, headings, parts } = await this.#call(() =>
      this.#markdown.render({ markdown: document.markdown, sourceFolder: document.sourceFolder }),
    );
    this.#progress.planned(parts.filter(({ type }) => type === 'Code').length);
    const bodies = await Promise.all(parts.map((part) => this.#body(part)));
    const page = pageOf({
      document,
      documents,
      title: title ?? document.path,
      headings,
      body: bodies.join('\n'),
    });
    return { path: document.page, text: await this.#minified(Format.Html, page) };
  }

  async #body(part: PartT): Promise<string> {
    if (part.type === 'Html') return part.value.html;
    const { text, language } = part.value;
    const { html } = await this.#call(() => this.#highlight.highlight({ code: text, language }));
    return html;
  }

  async #style(): Promise<SiteFile> {
    const { css } = await this.#call(() => this.#highlight.style({ name: 'friendly' }));
    return { path: 'style.css', text: await this.#minified(Format.Css, styleSheet + css) };
  }

  async #minified(format: Format, text: string): Promise<string> {
    return (await this.#call(() => this.#minify.minify({ format, text }))).text;
  }

  async #call<Response>(call: () => Promise<Response>): Promise<Response> {
    const response = await persist(call, () => this.#progress.retried());
    this.#progress.answered();
    return response;
  }
}
