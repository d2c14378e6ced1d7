import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';

import { docker, ensureBaseImages, skip } from '../../../../../scripts/docker/engine.ts';

export { docker, skip };

/** What is removed with one image must not be what another is just being built upon. */
const OWN_LAYERS = `LABEL run=${process.pid}\n`;

/**
 * Builds an image out of a folder that `fill` fills, its Dockerfile included. To be called outside of all tests: it is
 * removed after them. Where docker is skipped it builds nothing.
 */
export function builtImage(name: string, fill: (folder: string) => void, ...flags: string[]): string {
  if (skip !== false) return '';
  const tag = `pluginart-test-${name}:${process.pid}`;
  const folder = mkdtempSync(join(tmpdir(), 'docker-test-'));
  try {
    fill(folder);
    docker('build', '--quiet', ...flags, '--tag', tag, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
  after(() => {
    docker('image', 'rm', '--force', tag);
  });
  return tag;
}

/** An image with our runtime and the plugins of the fixtures; its entry point is `node`. */
export function fixtureImage(): string {
  if (skip !== false) return '';
  const root = fileURLToPath(new URL('../../../../../', import.meta.url));
  ensureBaseImages('node');
  return builtImage('fixture', (folder) => {
    const runtime = join(root, 'runtimes/typescript');
    for (const part of ['package.json', 'dist', 'test/fixtures']) {
      cpSync(join(runtime, part), join(folder, part), { recursive: true });
    }
    writeFileSync(
      join(folder, 'Dockerfile'),
      `FROM node:24-slim\n${OWN_LAYERS}WORKDIR /app\nCOPY . .\nUSER node\nENTRYPOINT ["node"]\n`,
    );
  });
}

/** The containers of one host, by its process id, whatever state they are in. */
export function containersOf(hostPid: number): string[] {
  const list = docker('ps', '--all', '--format', '{{.Names}} {{.Label "pluginart.host"}}');
  return list.split('\n').flatMap((line) => {
    const [name, host] = line.split(' ');
    return host?.split('/')[1] === `${hostPid}` ? [name!] : [];
  });
}
