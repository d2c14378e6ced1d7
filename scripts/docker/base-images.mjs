// Makes the images that our Dockerfiles begin with (`FROM node:24-slim`) out of this machine's own files, where the engine
// does not have them: CI and the tests need no registry. An image that is there already, a real one say, stays; one that
// an earlier version of this script made is made anew.
//
//   node scripts/docker/base-images.mjs          all that this machine has the programs for
//   node scripts/docker/base-images.mjs node     those of one language
//
// They hold what our Dockerfiles use of the real ones, and nothing else: enough to prove these, of no other use.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileTree } from './file-tree.mjs';
import { recipes } from './recipes.mjs';

const version = createHash('sha256')
  .update(['base-images', 'file-tree', 'recipes'].map((name) => sourceOf(name)).join())
  .digest('hex');
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(recipes, name));
if (unknown.length > 0) {
  console.error(`no such language: ${unknown.join(', ')}; there are ${Object.keys(recipes).join(', ')}`);
  process.exit(2);
}
for (const [language, images] of Object.entries(recipes)) {
  if (asked.length > 0 && !asked.includes(language)) continue;
  for (const image of images) await ensure(image);
}

function sourceOf(name) {
  return readFileSync(new URL(`${name}.mjs`, import.meta.url), 'utf8');
}

/** Whether the engine has the image, and not only as an earlier version of this script made it. */
function isThere(tag) {
  const format = '{{.Comment}}\n{{index .Config.Labels "pluginart.recipe"}}';
  const { status, stdout } = spawnSync('docker', ['image', 'inspect', '--format', format, tag], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (status !== 0) return false;
  const [comment, recipe] = stdout.trimEnd().split('\n');
  return comment !== 'Imported from -' || recipe === version;
}

async function ensure({ tag, without, fill, changes }) {
  if (isThere(tag)) return;
  const missing = without();
  if (missing !== undefined) {
    console.log(`${tag}: not made, as this machine has no ${missing}`);
    if (asked.length > 0) process.exitCode = 1;
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'pluginart-base-'));
  try {
    fill(new FileTree(folder));
    await importTree(folder, tag, changes);
    console.log(`${tag}: made of this machine's files`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function importTree(folder, tag, changes) {
  const tar = spawn('tar', ['-C', folder, '--owner=0', '--group=0', '-cf', '-', '.'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const flags = [...changes, `LABEL pluginart.recipe=${version}`].flatMap((change) => ['--change', change]);
  const docker = spawn('docker', ['import', ...flags, '-', tag], {
    stdio: [tar.stdout, 'ignore', 'inherit'],
  });
  const ends = await Promise.all([once(tar, 'exit'), once(docker, 'exit')]);
  if (ends.some(([code]) => code !== 0)) throw new Error(`${tag} could not be made`);
}
