import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { repository } from './documentation.ts';
import { skipWithoutGo } from './go.ts';
import { skipWithoutPython } from './python.ts';

const skip = skipWithoutGo || skipWithoutPython;

/** What the pipeline printed, and the files that it wrote to `folder`, which is gone. */
interface Site {
  readonly folder: string;
  readonly report: string;
  readonly files: Map<string, string>;
}

/** Runs the pipeline on this repository's documents. */
function site(...args: string[]): Site {
  const folder = mkdtempSync(join(tmpdir(), 'pipeline-'));
  try {
    const script = join(repository, 'examples/pipeline/host/dist/main.js');
    const run = spawnSync(process.execPath, [script, '.', '--out', folder, ...args], {
      cwd: repository,
      encoding: 'utf8',
    });
    assert.equal(run.status, 0, run.stderr);
    const paths = globSync('**/*.{html,css}', { cwd: folder });
    return {
      folder,
      report: run.stdout,
      files: new Map(paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')])),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('the pipeline makes the same site when a plugin is killed half-way', { skip }, () => {
  const undisturbed = site();
  const disturbed = site('--kill', 'highlight');
  const [, calls, restarts] = /, (\d+) calls in .*; plugins restarted: (\d+)/.exec(disturbed.report)!;
  assert.ok(Number(calls) > 100, disturbed.report);
  assert.equal(restarts, '1');
  assert.deepEqual(disturbed.files, undisturbed.files);
});

test('its pages are whole: rendered, coloured, linked and smaller', { skip }, () => {
  const { files } = site();
  const page = files.get('docs/getting-started.html')!;
  assert.match(page, /<h1 id="getting-started">Getting started<\/h1>/);
  assert.match(page, /<div class="highlight"><pre>.*<span class="k">/s);
  assert.match(page, /href="configuration\.html"/);
  assert.match(files.get('style.css')!, /\.highlight \.k/);
  assert.ok(!files.get('style.css')!.includes('\n'), 'the style sheet is minified');
});

test('its links to what is no page lead to the files themselves', { skip }, () => {
  const { folder, files } = site();
  let followed = 0;
  for (const [path, page] of files) {
    for (const [, href] of page.matchAll(/<a href="?([^"\s>]+)/g)) {
      if (/^(?:https?:|#)|\.html(?:#|$)/.test(href!)) continue;
      const target = join(dirname(join(folder, path)), decodeURI(href!.replace(/#.*/, '')));
      assert.ok(existsSync(target), `${path} links to ${href}`);
      followed += 1;
    }
  }
  assert.ok(followed > 10, `${followed} links`);
});
