import { execFileSync, spawnSync } from 'node:child_process';
import { packageFolder } from './folders.ts';

const root = `${packageFolder}/..`;

/** A plugin adapter in a container. Paths are from the root of the repository. */
export interface AdapterImage {
  readonly dockerfile: string;
  /** What its FROM names, as scripts/docker/base-images.mjs calls it. Default: nothing. */
  readonly base?: string;
  /** Files and folders that its COPY finds; they are built already. */
  readonly context: readonly string[];
  /** What the host gives to its entry point. Default: nothing. */
  readonly args?: readonly string[];
}

/** Why no container can be run here; undefined where one can. */
export function missingEngine(): string | undefined {
  const { status } = spawnSync('docker', ['version'], { stdio: 'ignore' });
  return status === 0 ? undefined : 'no docker engine answers';
}

/** Two that are built alike are one. */
export function imageTag({ dockerfile }: AdapterImage): string {
  return `pluginart-conformance-${dockerfile.split('/').at(-2)}:local`;
}

/** @throws Error with the output of a build that fails */
export function buildImage(image: AdapterImage): void {
  const { dockerfile, base, context } = image;
  if (base !== undefined)
    execFileSync(process.execPath, ['scripts/docker/base-images.mjs', base], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  // By way of a tar of its own: what the root's .dockerignore leaves out, as built, is just what is wanted here.
  const tar = execFileSync('tar', ['-C', root, '-cf', '-', dockerfile, ...context], {
    maxBuffer: 1 << 30,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  execFileSync('docker', ['build', '--quiet', '--file', dockerfile, '--tag', imageTag(image), '-'], {
    input: tar,
    stdio: 'pipe',
  });
}
