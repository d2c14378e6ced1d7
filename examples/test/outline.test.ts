import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inMemoryPair } from 'pluginart';
import { OutlineClient } from '../demo/dist/plugins/outline/outline_client.js';
import { LinkKind } from '../demo/dist/plugins/outline/values.js';
import { handler } from '../plugin-outline-ts/dist/handler.js';
import { outlineService } from '../plugin-outline-ts/dist/plugin/outline_service.js';
import { readText } from './documentation.ts';

const outline = new OutlineClient(await inMemoryPair(outlineService(handler)));

const markdown = `# Birds of *the* \`pond\`

The heron stands. See [the herons](birds/heron.md), <https://example.org> and
[below](#ducks).

## Ducks

- a duck
- another duck, [write to it](mailto:duck@example.org)

> ### Quoted
> A duck said so ![a duck](duck.png).

| who | where |
|---|---|
| duck | [pond](pond.md) |

\`\`\`ts
const duck = 'not counted';
const heron = duck;
\`\`\`
`;

test('reports what a document is made of, with the lines where it stands', async () => {
  const report = await outline.describe({ markdown, mostFrequent: 2 });
  assert.deepEqual(report, {
    title: 'Birds of the pond',
    counts: { lines: 21, words: 32, paragraphs: 2, images: 1, tables: 1 },
    readingTimeSeconds: 9,
    headings: [
      { level: 1, text: 'Birds of the pond', line: 1 },
      { level: 2, text: 'Ducks', line: 6 },
      { level: 3, text: 'Quoted', line: 11 },
    ],
    links: [
      { kind: LinkKind.File, target: 'birds/heron.md', text: 'the herons', line: 3 },
      { kind: LinkKind.Web, target: 'https://example.org', text: 'https://example.org', line: 3 },
      { kind: LinkKind.Anchor, target: '#ducks', text: 'below', line: 3 },
      { kind: LinkKind.Mail, target: 'mailto:duck@example.org', text: 'write to it', line: 9 },
      { kind: LinkKind.File, target: 'pond.md', text: 'pond', line: 14 },
    ],
    codeBlocks: [{ language: 'ts', lines: 2, line: 18 }],
    frequentWords: [
      { word: 'duck', count: 4 },
      { word: 'pond', count: 2 },
    ],
  });
});

test('what a document does not have is absent or empty', async () => {
  const report = await outline.describe({ markdown: '    indented\n', wordsPerMinute: 0 });
  assert.equal(report.title, undefined);
  assert.deepEqual(report.codeBlocks, [{ language: undefined, lines: 1, line: 1 }]);
  assert.deepEqual([report.headings, report.links, report.frequentWords], [[], [], []]);
  assert.equal((await outline.describe({ markdown: '' })).counts.lines, 0);
});

test('finds every heading of the protocol on its line', async () => {
  const text = readText('protocol/PROTOCOL.md');
  const lines = text.split('\n');
  const { headings } = await outline.describe({ markdown: text });
  assert.ok(headings.length > 20);
  for (const { level, line } of headings) assert.match(lines[line - 1]!, new RegExp(`^#{${level}} `));
});
