import type { Document } from '../documents.js';
import type { HeadingT } from '../plugins/markdown/values.js';
import { navigation } from './navigation.js';

export interface Page {
  readonly document: Document;
  readonly documents: readonly Document[];
  readonly title: string;
  readonly headings: readonly HeadingT[];
  readonly body: string;
}

/** A whole page. */
export function pageOf({ document, documents, title, headings, body }: Page): string {
  const up = '../'.repeat(document.page.split('/').length - 1);
  const contents = headings
    .filter(({ level }) => level === 2 || level === 3)
    .map(({ level, text, anchor }) => `<li class="level-${level}"><a href="#${anchor}">${text}</a></li>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="stylesheet" href="${up}style.css">
</head>
<body>
<nav class="site" aria-label="Documents">${navigation(document, documents, up)}</nav>
<main>${body}</main>
<nav class="page" aria-label="On this page"><ul>${contents.join('')}</ul></nav>
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
