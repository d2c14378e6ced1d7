// Makes the images that our Dockerfiles begin with (`FROM node:24-slim`) out of this machine's own files, where the engine
// does not have them: CI and the tests need no registry. An image that is there already, a real one say, stays.
//
//   node scripts/docker/base-images.mjs          all that this machine has the programs for
//   node scripts/docker/base-images.mjs node     those of one language
//
// They hold what our Dockerfiles use of the real ones, and nothing else: enough to prove these, of no other use.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileTree } from './file-tree.mjs';
import { recipes } from './recipes.mjs';

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

async function ensure({ tag, without, fill, changes }) {
  if (spawnSync('docker', ['image', 'inspect', tag], { stdio: 'ignore' }).status === 0) return;
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
  const flags = changes.flatMap((change) => ['--change', change]);
  const docker = spawn('docker', ['import', ...flags, '-', tag], {
    stdio: [tar.stdout, 'ignore', 'inherit'],
  });
  const ends = await Promise.all([once(tar, 'exit'), once(docker, 'exit')]);
  if (ends.some(([code]) => code !== 0)) throw new Error(`${tag} could not be made`);
}
