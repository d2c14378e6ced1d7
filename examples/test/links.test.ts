import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { readText, repository } from './documentation.ts';

const listed = ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'];
const documents = execFileSync('git', listed, { cwd: repository, encoding: 'utf8' })
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(repository, path)));

/** What a registry shows has no files beside it: it links to here. */
const published = 'https://github.com/dlahoza/pluginart/blob/main/';
const shownByRegistries = [
  'runtimes/typescript/README.md',
  'runtimes/python/README.md',
  'compiler/README.md',
  'cli/README.md',
];

function withoutCode(document: string): string {
  return readText(document)
    .replaceAll(/^```.*?^```$/gms, '')
    .replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll('](', '] ('));
}

function targets(document: string): string[] {
  return [...withoutCode(document).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
}

/** The path from the root of what a link leads to; undefined where that is not this repository. */
function linked(document: string, target: string): string | undefined {
  const file = target.split('#')[0]!;
  if (target.startsWith(published)) return file.slice(published.length);
  if (/^[a-z]+:/.test(target)) return undefined;
  return file === '' ? document : join(dirname(document), file);
}

/** The anchors that GitHub gives to the headings of a document. */
function anchors(document: string): Set<string> {
  const found = new Set<string>();
  for (const [, heading] of withoutCode(document).matchAll(/^#{1,6} (.*)$/gm)) {
    const words = heading!.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = words.replaceAll(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(' ', '-');
    let anchor = slug;
    for (let again = 1; found.has(anchor); again++) anchor = `${slug}-${again}`;
    found.add(anchor);
  }
  return found;
}

function leadsNowhere(document: string, target: string): boolean {
  const path = linked(document, target);
  if (path === undefined) return false;
  if (!existsSync(join(repository, path))) return true;
  const anchor = target.split('#')[1];
  return anchor !== undefined && path.endsWith('.md') && !anchors(path).has(anchor);
}

for (const document of documents) {
  test(`the links of ${document} lead somewhere`, () => {
    assert.deepEqual(
      targets(document).filter((target) => leadsNowhere(document, target)),
      [],
    );
  });
}

for (const document of shownByRegistries) {
  test(`the links of ${document} lead somewhere from a registry, too`, () => {
    assert.deepEqual(
      targets(document).filter((target) => !/^(https:|#)/.test(target)),
      [],
    );
  });
}

test('links are found, and wrong ones told', () => {
  assert.ok(documents.length > 25);
  assert.ok(targets('README.md').length > 20);
  assert.ok(!leadsNowhere('README.md', 'protocol/PROTOCOL.md#19-worked-examples'));
  assert.ok(leadsNowhere('README.md', 'protocol/PROTOCOL.md#20-more'));
  assert.ok(leadsNowhere('docs/go.md', 'gone.md'));
});
